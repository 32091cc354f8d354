import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { ProofJudge } from '../../src/proof/dpop.ts'
import { parseProof } from '../../src/proof/parse.ts'
import { createProofMemory } from '../../src/proof/replay.ts'
import { NOW, playPorts } from '../configs.ts'
import { CLAIM_WORDS, createForge, FORGE_WORDS, KEY, signed } from './scene/issuer.ts'

const URL_OF = 'https://api.example.com/orders'
const { crv, kty, x } = KEY.jwk
const jwk = { crv, kty, x }
// RFC 7638 section 3.2 and RFC 8037 section 2, written out.
const thumbprint = createHash('sha256').update(JSON.stringify(jwk)).digest('base64url')
const ath = createHash('sha256').update('token').digest('base64url')
const HEADER = { typ: 'dpop+jwt', jwk } as never
const CLAIMS = { jti: 'one', htm: 'GET', htu: URL_OF, iat: NOW, ath }
const GOOD = signed(CLAIMS, HEADER)
const forge = createForge(GOOD)
const request = { method: 'GET', target: '/orders?a=b', token: 'token', thumbprint }

/** A proof made of parts of a good one, or header and claims that the holder of the key signs. */
export async function fuzz(input: Buffer): Promise<void> {
  const { token: proof, said } = forge(input)
  const read = parseProof(proof)
  const { ports } = playPorts(() => Response.error())
  const judge = new ProofJudge({ ...ports, proofs: { memory: createProofMemory() } }, 'https://api.example.com')
  const outcome = await judge.judge(proof, request)
  if (!outcome.ok) {
    assert.match(outcome.rejection.code, /^proof_/)
    return
  }
  assert.notEqual(typeof read, 'string', 'accepted, and no proof')
  assert.equal((await judge.judge(proof, request)).ok, false, 'twice')
  if (said === undefined) {
    const bytes = (one: string) => one.split('.').map(part => Buffer.from(part, 'base64url').toString('hex'))
    return assert.deepEqual(bytes(proof), bytes(GOOD), 'a proof that nobody signed')
  }
  const { header, claims } = said
  const { alg = 'EdDSA', crit, typ } = header
  assert.deepEqual([alg, crit, String(typ).toLowerCase()], ['EdDSA', undefined, 'dpop+jwt'])
  assert.deepEqual([claims.htm, claims.ath], ['GET', ath])
  const { host, pathname } = new URL(String(claims.htu))
  assert.deepEqual([host, decodeURIComponent(pathname)], ['api.example.com', '/orders'], 'for another place')
  assert.ok(Math.abs(Number(claims.iat) - NOW) <= 60, 'at another time')
}

export const seeds = [
  '@H.@C.@S',
  ...[{}, { iat: NOW - 3600 }, { htm: 'POST' }, { htu: `${URL_OF}/1` }, { ath: 'x' }, { nonce: 'x' }].map(
    over => `${JSON.stringify(HEADER)}\n${JSON.stringify({ ...CLAIMS, ...over })}`,
  ),
  `<{"typ":"dpop+jwt","alg":"none"}>.@C.@S`,
  `<${JSON.stringify({ alg: 'ES256', ...(HEADER as object) })}>.<${JSON.stringify(CLAIMS)}>.@S`,
]
export const dictionary = [
  ...FORGE_WORDS,
  '"dpop+jwt"',
  '"htm":',
  '"htu":',
  '"ath":',
  '"nonce":',
  '"jwk":',
  '"d":',
  '"k":',
  '"oct"',
  '"EC"',
  '"RSA"',
  `"${URL_OF}"`,
  '/./',
  '%6f',
  ':443',
  'HTTPS://API.example.com',
  ...CLAIM_WORDS,
]
