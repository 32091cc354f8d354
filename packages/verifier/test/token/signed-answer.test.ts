import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { JsonObject } from '@gatehouse/protocol'
import { forgeToken, makeKey, type SigningKey, signToken, signWithSecret } from '@gatehouse/testkit'
import { CompactEncrypt } from 'jose'
import t from 'tap'
import type { IntrospectionConfig, IssuerConfig } from '../../src/issuer/config.ts'
import { parseKey } from '../../src/jwk.ts'
import { accept, refuse } from '../../src/outcome.ts'
import { profileAnswer } from '../../src/token/profile.ts'
import { processSignedIntrospection } from '../../src/token/signed-answer.ts'
import { ISSUER, makeConfig, makeIntrospection, NOW } from '../configs.ts'

const KEY = makeKey('RS256', 'wG6D')
const CLAIMS = { iss: ISSUER, aud: 'gateway', iat: NOW, token_introspection: { active: true, sub: 'alice' } }
const HEADER = { typ: 'token-introspection+jwt' }

interface Play {
  readonly config?: Partial<IssuerConfig>
  readonly settings?: Partial<IntrospectionConfig>
  readonly keys?: readonly SigningKey[]
  readonly status?: number
  readonly askedAt?: number
}

async function judge(body: string, { config, settings, keys = [KEY], status = 200, askedAt = NOW }: Play = {}) {
  const known = keys.map(({ jwk }) => parseKey(jwk)).filter(key => key !== undefined)
  const verdict = await processSignedIntrospection(
    makeConfig(config),
    makeIntrospection({ accept: 'jwt', answerAudience: 'gateway', ...settings }),
    { ok: true, status, headers: new Headers(), body },
    askedAt,
    { find: () => (known.length > 0 ? accept(known) : refuse({ code: 'key_unknown' })) },
  )
  return verdict.kind === 'broken' ? verdict.why : verdict.kind
}

const signed = (claims: JsonObject = {}, header: JsonObject = {}, key = KEY): string =>
  signToken(key, { ...CLAIMS, ...claims }, { ...HEADER, ...header })

t.test('the example of RFC 9701 section 5 is an active answer, with the facts that it tells', async t => {
  const issuer = 'https://as.example.com/' as IssuerConfig['issuer']
  const example = {
    iss: issuer,
    aud: 'https://rs.example.com/resource',
    iat: 1514797892,
    token_introspection: {
      active: true,
      iss: issuer,
      aud: 'https://rs.example.com/resource',
      iat: 1514797822,
      exp: 1514797942,
      client_id: 'paiB2goo0a',
      scope: 'read write dolphin',
      sub: 'Z5O3upPC88QrAjx00dis',
      birthdate: '1982-02-01',
      given_name: 'John',
      family_name: 'Doe',
      jti: 't1FoCCaZd4Xv4ORJUWVUeTZfsKhW30CQCrWDDjwXy6w',
    },
  }
  const config = makeConfig({ issuer })
  const key = parseKey(KEY.jwk)
  if (key === undefined) throw new Error('the key is good')
  const verdict = await processSignedIntrospection(
    config,
    makeIntrospection({ accept: 'jwt', answerAudience: 'https://rs.example.com/resource' }),
    { ok: true, status: 200, headers: new Headers(), body: signToken(KEY, example, HEADER) },
    1514797892,
    { find: () => accept([key]) },
  )
  t.same(verdict, { kind: 'active', answer: example.token_introspection })
  t.match(profileAnswer(config, example.token_introspection), {
    ok: true,
    value: {
      validUntil: 1514797942,
      principal: { subject: 'Z5O3upPC88QrAjx00dis', client: 'paiB2goo0a', scopes: ['read', 'write', 'dolphin'] },
    },
  })
})

t.test('what the issuer signed says active and inactive as the object in the open would', async t => {
  t.equal(await judge(signed()), 'active')
  t.equal(await judge(`${signed()}\n`), 'active')
  t.equal(await judge(signed({ token_introspection: { active: false } })), 'inactive')
  t.equal(await judge(signed({ token_introspection: { active: 'true' } })), 'answered with no verdict')
  t.equal(await judge(signed({ aud: ['another', 'gateway'] })), 'active')
  t.equal(await judge(signed({}, { typ: 'Application/Token-Introspection+JWT' })), 'active')
  const inactiveWhen = [{ status: 200, member: 'gone', equals: true }]
  t.equal(await judge(signed({ token_introspection: { gone: true } }), { settings: { inactiveWhen } }), 'inactive')
})

t.test('nothing that is not signed by the issuer, for us and just now, is believed', async t => {
  const other = makeKey('RS256', 'wG6D')
  const { typ } = HEADER
  const lies: readonly [string, string, Play?][] = [
    ['plain JSON', JSON.stringify({ active: true })],
    ['plain JSON that denies', JSON.stringify({ active: false })],
    ['alg none', forgeToken({ alg: 'none', typ }, CLAIMS, '')],
    ['a forged signature', forgeToken({ alg: 'RS256', kid: 'wG6D', typ }, CLAIMS)],
    ['another key of the same name', signed({}, {}, other)],
    ['an inactive one by another key', signed({ token_introspection: { active: false } }, {}, other)],
    ['a public key as a secret', signWithSecret(JSON.stringify(KEY.jwk), CLAIMS, { typ, kid: 'wG6D' })],
    ['an algorithm off the list', signed({}, {}, makeKey('ES256', 'e'))],
    ['an access token', signed({}, { typ: 'at+jwt' })],
    ['no type', signed({}, { typ: null })],
    ['JWT', signed({}, { typ: 'JWT' })],
    ['critical extensions', signed({}, { crit: ['b64'], b64: false })],
    ['another issuer', signed({ iss: 'https://evil.example.com' })],
    ['nobody', signed({ aud: 'another' })],
    ['no audience', signed({ aud: null })],
    ['no iat', signed({ iat: null })],
    ['a string for iat', signed({ iat: String(NOW) })],
    ['an old one', signed({ iat: NOW - 61 })],
    ['one of the future', signed({ iat: NOW + 61 })],
    ['one that is over', signed({ exp: NOW - 61 })],
    ['an exp that is none', signed({ exp: 'soon' })],
    ['no answer within', signed({ token_introspection: null })],
    ['a list within', signed({ token_introspection: [{ active: true }] })],
    ['members at the top', signToken(KEY, { iss: ISSUER, aud: 'gateway', iat: NOW, active: true }, HEADER)],
    ['no keys', signed(), { keys: [] }],
    ['an error in the open', signed(), { status: 400 }],
    ['an empty body', ''],
  ]
  for (const [name, body, play] of lies) {
    const verdict = await judge(body, play)
    t.notOk(['active', 'inactive'].includes(verdict), `${name}: ${verdict}`)
  }
  t.equal(
    await judge(signed(), { config: { algorithms: new Set(['PS256']) } }),
    'signed with an algorithm that is not allowed',
  )
})

t.test(
  'an unsigned answer never means inactive, whatever the configuration lists, but may say that we are wrong',
  async t => {
    const inactiveWhen = [{ status: 400, member: undefined, equals: undefined }]
    t.equal(await judge('{"active":false}', { status: 400, settings: { inactiveWhen } }), 'answered with status 400')
    t.equal(await judge('', { status: 401 }), 'refused')
    const failed = { ok: false, failure: 'timeout' } as const
    const settings = makeIntrospection({ accept: 'jwt', answerAudience: 'gateway' })
    const find = () => refuse({ code: 'key_unknown' })
    t.same(await processSignedIntrospection(makeConfig(), settings, failed, NOW, { find }), {
      kind: 'broken',
      why: 'did not answer in time',
    })
  },
)

t.test('keys that can not be had are an outage too', async t => {
  const detail = { retryAfter: 3 }
  const settings = makeIntrospection({ accept: 'jwt', answerAudience: 'gateway' })
  const asked = { ok: true, status: 200, headers: new Headers(), body: signed() } as const
  const find = async () => refuse({ code: 'issuer_unavailable', detail })
  t.same(await processSignedIntrospection(makeConfig(), settings, asked, NOW, { find }), {
    kind: 'broken',
    why: 'signed, with keys that can not be had',
  })
})

const encrypt = (text: string, key: KeyObject, alg: string, enc: string): Promise<string> =>
  new CompactEncrypt(new TextEncoder().encode(text)).setProtectedHeader({ alg, enc, cty: 'JWT' }).encrypt(key)

t.test('an encrypted answer is read by the key and the algorithms agreed on, and by no others', async t => {
  const pairs = [
    [generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, 'RSA-OAEP-256', 'A256GCM'],
    [generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'ECDH-ES+A128KW', 'A128CBC-HS256'],
  ] as const
  for (const [key, alg, enc] of pairs) {
    const settings = { decryption: { key, alg, enc } }
    const open = createPublicKey(key)
    const unread = 'answered with nothing that our key decrypts'
    t.equal(await judge(await encrypt(signed(), open, alg, enc), { settings }), 'active')
    t.equal(await judge(await encrypt(signed(), open, alg, 'A192GCM'), { settings }), unread, 'another enc')
    t.equal(await judge(signed(), { settings }), unread, 'in the open')
    t.equal(await judge('a.b.c.d.e', { settings }), unread)
    const forged = await encrypt(forgeToken({ alg: 'RS256', ...HEADER }, CLAIMS), open, alg, enc)
    t.equal(await judge(forged, { settings }), 'signed with another key than its own', 'encrypted is not signed')
    const bare = await encrypt(JSON.stringify({ active: true }), open, alg, enc)
    t.equal(await judge(bare, { settings }), 'answered with no signed JWT')
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
    t.equal(await judge(await encrypt(signed(), stranger, 'RSA-OAEP-256', enc), { settings }), unread, 'to another')
  }
})
