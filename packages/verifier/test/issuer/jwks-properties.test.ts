import { generateKeyPairSync } from 'node:crypto'
import type { JsonObject } from '@gatehouse/protocol'
import fc from 'fast-check'
import t from 'tap'
import { processKeySet } from '../../src/issuer/jwks.ts'

const jwkOf = (
  pair: ReturnType<typeof generateKeyPairSync>,
  kid: string,
  half: 'publicKey' | 'privateKey' = 'publicKey',
) => ({ ...pair[half].export({ format: 'jwk' }), kid }) as JsonObject
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ed = generateKeyPairSync('ed25519')
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })

/** Keys that are fit for signatures, however many members beside theirs they have. */
const good = fc.constantFrom(
  jwkOf(ec, 'ec'),
  jwkOf(rsa, 'rsa'),
  jwkOf(ed, 'ed'),
  { ...jwkOf(ec, 'ec-sig'), use: 'sig', alg: 'ES256', x5u: 'https://evil.example/' },
  { ...jwkOf(rsa, 'rsa-pss'), key_ops: ['verify'], alg: 'PS256' },
)
const bad = fc.oneof(
  fc.constantFrom<unknown>(
    jwkOf(weak, 'weak'),
    { ...jwkOf(ec, 'enc'), use: 'enc' },
    { ...jwkOf(ec, 'crossed'), alg: 'RS256' },
    { ...jwkOf(ec, 'off'), x: 'AAAA' },
    { ...jwkOf(ec, 'named'), kid: 7 },
    { ...jwkOf(rsa, 'one'), e: 'AQ' },
    { kty: 'oct', k: 'c2VjcmV0', alg: 'HS256', kid: 'oct' },
    { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43), kid: 'x' },
    null,
    [],
  ),
  fc.jsonValue().filter(value => typeof value !== 'object' || value === null || !('kty' in value)),
)

const read = (keys: readonly unknown[]) => {
  const body = JSON.stringify({ keys })
  const answer = processKeySet({ ok: true, status: 200, headers: new Headers(), body })
  if (!answer.ok) throw new Error(answer.cause)
  return answer.keys
}

t.test('of any key set the good keys count, in their order, and no bad one spoils or joins them', async t => {
  const list = fc.array(
    fc.oneof(
      good.map(key => ({ key, isGood: true })),
      bad.map(key => ({ key, isGood: false })),
    ),
    { maxLength: 20 },
  )
  fc.assert(
    fc.property(list, members => {
      const wanted = members.filter(({ isGood }) => isGood).map(({ key }) => (key as JsonObject).kid)
      const kids = read(members.map(({ key }) => key)).map(({ kid }) => kid)
      if (String(kids) !== String(wanted)) throw new Error(`${kids} and not ${wanted}`)
    }),
    { numRuns: 500 },
  )
  t.equal(read([]).length, 0)
})

t.test('a private key in a key set is its public half, and only that', async t => {
  const [one, ...more] = read([jwkOf(ec, 'ec', 'privateKey')])
  t.equal(more.length, 0)
  t.equal(one?.key.type, 'public')
  t.notMatch(one?.identity, /"d"/)
})
