import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { processKeySet } from '../../src/issuer/jwks.ts'
import { KEY } from './scene/issuer.ts'

/** The values of a Cache-Control and an Age header, then a key set: what an issuer's JWKS endpoint may answer. */
export function fuzz(input: Buffer): void {
  const [cacheControl = '', age = '', ...lines] = input.toString('latin1').split('\n')
  const headers = { get: (name: string) => (name === 'age' ? age : cacheControl) } as unknown as Headers
  const answer = processKeySet({ ok: true, status: 200, headers, body: lines.join('\n') })
  if (!answer.ok) {
    assert.notEqual(answer.cause, '')
    return
  }
  assert.ok(
    answer.maxAge === undefined || (Number.isSafeInteger(answer.maxAge) && answer.maxAge >= 0),
    'a time that is none',
  )
  assert.ok(Number.isSafeInteger(answer.age) && answer.age >= 0, 'an age that is none')
  for (const { key, algorithms, kid } of answer.keys) {
    assert.equal(key.type, 'public', 'more than a public key')
    assert.ok(kid === undefined || typeof kid === 'string')
    assert.ok(
      algorithms.size > 0 &&
        [...algorithms].every(name => /^(?:[RP]S(?:256|384|512)|ES(?:256|384|512)|EdDSA)$/.test(name)),
    )
    const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {}
    if (key.asymmetricKeyType !== 'rsa') continue
    assert.ok((modulusLength ?? 0) >= 2048 && (modulusLength ?? 0) <= 8192 && (publicExponent ?? 0n) > 2n, 'a weak key')
  }
}

/** Not from the seed: no key of a corpus has to be this one. */
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })
const ec = {
  kty: 'EC',
  crv: 'P-256',
  x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
  y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
}

export const longest = 1600
export const seeds = [
  `max-age=60\n5\n{"keys":[${JSON.stringify(KEY.jwk)},${JSON.stringify(ec)}]}`,
  `no-store\n\n{"keys":[${JSON.stringify({ ...ec, use: 'enc' })},${JSON.stringify({ ...ec, key_ops: ['verify'], alg: 'ES256' })}]}`,
  `\n\n{"keys":[${JSON.stringify(rsa)},{"kty":"oct","k":"AAAA"}]}`,
  `\n\n{"keys":[${JSON.stringify({ ...rsa, e: 'AQ' })},${JSON.stringify({ ...rsa, n: rsa.n?.slice(0, 171) })}]}`,
]
export const dictionary = [
  ...[
    '"kty":',
    '"RSA"',
    '"EC"',
    '"OKP"',
    '"oct"',
    '"crv":',
    '"P-256"',
    '"P-384"',
    '"P-521"',
    '"Ed25519"',
    '"Ed448"',
    '"X25519"',
    '"x":',
    '"y":',
  ],
  ...[
    '"n":',
    '"e":',
    '"AQAB"',
    '"AQ"',
    '"Ag"',
    '"d":',
    '"k":',
    '"use":',
    '"sig"',
    '"enc"',
    '"key_ops":',
    '["verify"]',
    '"alg":',
    '"kid":',
    '"keys":',
  ],
  ...['"RS256"', '"ES256"', '"EdDSA"', '"HS256"', 'max-age=', 'no-cache', 'null', '[]', '{}', ',', '\n'],
]
