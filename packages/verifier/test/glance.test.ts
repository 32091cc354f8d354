import type { JsonObject } from '@gatehouse/protocol'
import { fakePorts, json, makeKey, signToken } from '@gatehouse/testkit'
import t from 'tap'
import { createVerifier } from '../src/index.ts'
import { API, ISSUER, JWKS } from './scene.ts'

const [key, stranger] = [makeKey(), makeKey()]

function set(tokens: 'jwt' | 'either' | 'opaque' = 'jwt') {
  const net = fakePorts()
  net.on(JWKS, () => json({ keys: [key.jwk] }))
  net.on(`${ISSUER}/introspect`, () => json({ active: false }))
  const main = { issuer: ISSUER, audience: API, tokens, discovery: false, jwks: { uri: JWKS } } as const
  const introspection = { endpoint: `${ISSUER}/introspect`, client: { id: 'gateway', secret: 'secret' } }
  const verifier = createVerifier(
    { issuers: { main: tokens === 'jwt' ? main : { ...main, introspection } }, maxTokenBytes: 4096 },
    net.ports,
  )
  const policy = verifier.policy({})
  const token = (claims: JsonObject = {}, header: JsonObject = {}, by = key): string =>
    signToken(by, { iss: ISSUER, aud: API, sub: 'alice', exp: net.now() + 300, ...claims }, header)
  const inbound = (rawHeaders: readonly string[]) => ({
    method: 'GET',
    target: '/',
    rawHeaders,
    certificate: () => undefined,
  })
  return {
    net,
    token,
    glance: (rawHeaders: readonly string[]) => verifier.glance({ rawHeaders }, policy),
    authenticate: async (rawHeaders: readonly string[]) => verifier.authenticate(inbound(rawHeaders), policy),
  }
}

const bearer = (token: string): string[] => ['Authorization', `Bearer ${token}`]

t.test(
  'what is bad at a glance is refused as it would be by a judge, the first time and later, and nobody is asked',
  async t => {
    const { token, glance, authenticate, net } = set()
    const bad: readonly (readonly [code: string, rawHeaders: readonly string[]])[] = [
      ['credential_missing', []],
      ['credential_duplicated', [...bearer('a'), ...bearer('b')]],
      ['credential_malformed', bearer('a b')],
      ['credential_malformed', bearer('"')],
      ['token_too_large', bearer('a'.repeat(4097))],
      ['token_malformed', bearer('opaque')],
      ['token_malformed', bearer('a.b.c')],
      ['token_malformed', bearer(token().replace(/\.[^.]+\./, '.bm90.'))],
      ['issuer_unknown', bearer(token({ iss: 'https://elsewhere.example' }))],
      ['algorithm_not_allowed', bearer(token({}, { alg: 'none' }))],
      ['token_type_mismatch', bearer(token({}, { typ: 'logout+jwt' }))],
      ['token_expired', bearer(token({ exp: net.now() - 300 }))],
      ['token_not_yet_valid', bearer(token({ nbf: net.now() + 300 }))],
      ['claim_missing', bearer(token({ exp: undefined as never }))],
    ]
    for (const [code, rawHeaders] of bad) {
      const first = glance(rawHeaders)
      t.equal(first?.rejection.code, code)
      t.strictSame(glance(rawHeaders), first)
      t.strictSame(await authenticate(rawHeaders), first, code)
    }
    t.equal(net.calls.length, 0)
  },
)

t.test('of a token that only a key can judge a glance says nothing, whatever is remembered of it', async t => {
  const { token, glance, authenticate } = set()
  const forged = token({}, {}, stranger)
  for (const text of [token(), forged, token({ aud: 'https://other.example' })]) {
    t.equal(glance(bearer(text)), undefined)
    await authenticate(bearer(text))
    t.equal(glance(bearer(text)), undefined)
  }
})

t.test('nor of one that only its issuer can judge', async t => {
  for (const tokens of ['either', 'opaque'] as const) {
    const { token, glance, net } = set(tokens)
    const broken = token().replace(/\.[^.]+\./, '.bm90.')
    t.equal(glance(bearer('opaque')), undefined, tokens)
    t.equal(glance(bearer('"'))?.rejection.code, 'credential_malformed')
    t.equal(glance(bearer(token({ exp: 1 })))?.rejection.code, tokens === 'either' ? 'token_expired' : undefined)
    t.equal(glance(bearer(broken))?.rejection.code, tokens === 'either' ? 'token_malformed' : undefined)
    t.equal(net.calls.length, 0)
  }
})
