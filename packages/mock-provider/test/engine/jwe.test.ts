import { CompactEncrypt, compactDecrypt, exportJWK, generateKeyPair, importJWK } from 'jose'
import t from 'tap'
import { STANDARD } from '../../src/engine/dialect.ts'
import { decryptJwt } from '../../src/engine/encrypt-jwt.ts'
import { encryptionJwks } from '../../src/engine/encryption-keys.ts'
import { Entropy } from '../../src/engine/entropy.ts'
import { CONTENT_ALGORITHMS, ENCRYPTION_ALGORITHMS, encryptJwe, fitsEncryption } from '../../src/engine/jwe.ts'
import { DEFAULT_SETTINGS } from '../../src/engine/settings.ts'
import { createTenant } from '../../src/engine/tenant.ts'

const draws = () => {
  const entropy = new Entropy('seed', '')
  return (bytes: number): Buffer => entropy.bytes('jwe', bytes)
}

/** A key pair of a client, as JWKs. */
async function makeClientKey(alg: string, crv?: string) {
  const { publicKey, privateKey } = await generateKeyPair(alg, {
    extractable: true,
    ...(crv === undefined ? {} : { crv }),
  })
  return { jwk: (await exportJWK(publicKey)) as never, privateKey }
}

const KINDS: readonly (readonly [alg: string, crv?: string])[] = [
  ...['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'].map((alg): [string] => [alg]),
  ...['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW'].flatMap(alg =>
    ['P-256', 'P-384', 'P-521', 'X25519'].map((crv): [string, string] => [alg, crv]),
  ),
]

t.test('jose opens what is encrypted with every pair of algorithms, for every kind of key', async t => {
  t.strictSame(new Set(KINDS.map(([alg]) => alg)), new Set(ENCRYPTION_ALGORITHMS))
  for (const [alg, crv] of KINDS) {
    const { jwk, privateKey } = await makeClientKey(alg, crv)
    t.ok(fitsEncryption(jwk, alg))
    for (const enc of CONTENT_ALGORITHMS) {
      const jwe = encryptJwe(draws(), jwk, { alg, enc }, { kid: 'k', cty: 'JWT' }, Buffer.from('a text, é'))
      const { plaintext, protectedHeader } = await compactDecrypt(jwe ?? '', privateKey)
      t.equal(Buffer.from(plaintext).toString(), 'a text, é', `${alg} ${enc} ${crv ?? ''}`)
      t.match(protectedHeader, { alg, enc, kid: 'k', cty: 'JWT' })
    }
  }
})

t.test('the same draws make the same bytes, other draws make others', async t => {
  for (const [alg, crv] of KINDS) {
    const { jwk } = await makeClientKey(alg, crv)
    const draw = draws()
    const make = (from: (bytes: number) => Buffer) =>
      encryptJwe(from, jwk, { alg, enc: 'A256GCM' }, {}, Buffer.from('x'))
    t.equal(make(draws()), make(draw), alg)
    t.not(make(draw), make(draws()), `${alg}, later`)
  }
})

t.test('a key for signing, of another kind, too small or off its curve is not encrypted to', async t => {
  const { jwk } = await makeClientKey('RSA-OAEP')
  const rsa = jwk as Record<string, string>
  t.notOk(fitsEncryption({ ...rsa, use: 'sig' }, 'RSA-OAEP'))
  t.notOk(fitsEncryption({ ...rsa, alg: 'RS256' }, 'RSA-OAEP'))
  t.notOk(fitsEncryption(rsa, 'ECDH-ES'))
  t.notOk(fitsEncryption({ kty: 'OKP', crv: 'Ed25519', x: 'AA' }, 'ECDH-ES'))
  const attempt = (key: Record<string, string>, alg: string) =>
    encryptJwe(draws(), key, { alg, enc: 'A128GCM' }, {}, Buffer.from('x'))
  t.equal(attempt({ kty: 'RSA', n: Buffer.alloc(128, 0xff).toString('base64url'), e: 'AQAB' }, 'RSA-OAEP'), undefined)
  t.equal(attempt({ kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' }, 'ECDH-ES'), undefined)
  t.equal(attempt({ kty: 'OKP', crv: 'X25519', x: 'AAAA' }, 'ECDH-ES'), undefined)
  t.equal(attempt(rsa, 'RSA1_5'), undefined)
  t.equal(encryptJwe(draws(), rsa, { alg: 'RSA-OAEP', enc: 'A128' }, {}, Buffer.from('x')), undefined)
})

const makeTenant = (prefix: string) =>
  createTenant({
    seed: 'jwe',
    prefix,
    issuer: () => `https://login.example.com${prefix}`,
    now: () => 0,
    alarm: () => () => {},
    dialect: STANDARD,
    settingsUnder: () => DEFAULT_SETTINGS,
    users: new Map(),
    clients: new Map(),
    apis: new Map(),
  })

t.test('what is encrypted to the published keys of a tenant is read by that tenant only', async t => {
  const tenant = makeTenant('')
  const published = encryptionJwks(tenant)
  t.strictSame(
    published.map(({ kty, use }) => [kty, use]),
    [
      ['RSA', 'enc'],
      ['EC', 'enc'],
    ],
  )
  for (const jwk of published) {
    t.notOk('d' in jwk, 'public members only')
    const alg = jwk.kty === 'RSA' ? 'RSA-OAEP-256' : 'ECDH-ES+A256KW'
    const jwe = await new CompactEncrypt(Buffer.from('from a client'))
      .setProtectedHeader({ alg, enc: 'A256CBC-HS512' })
      .encrypt(await importJWK(jwk as never, alg))
    t.equal(await decryptJwt(tenant, jwe), 'from a client')
    t.equal(await decryptJwt(makeTenant('/other'), jwe), undefined)
    t.equal(await decryptJwt(tenant, `${jwe.slice(0, -8)}AAAAAAAA`), undefined)
  }
  t.equal(await decryptJwt(tenant, 'a.b.c.d.e'), undefined)
})
