import type { PublicJwk } from '@gatehouse/protocol'
import { decodeProtectedHeader } from 'jose/decode/protected_header'
import { decodeJwt } from 'jose/jwt/decode'
import { isJsonObject } from '../json.ts'

/** Algorithms of proofs: asymmetric ones only (RFC 9449 section 4.3, item 5). Said in challenges as `algs`. */
export const DPOP_ALGORITHMS: readonly string[] = [
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
]

/** What a proof says (RFC 9449 section 4.2), of the right types and signed by nobody yet. */
export interface ProofClaims {
  readonly alg: string
  readonly jwk: PublicJwk
  readonly jti: string
  readonly htm: string
  readonly htu: string
  readonly iat: number
  readonly ath: string
  readonly nonce: string | undefined
}

/** RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1, RFC 8037 section 2: what makes a key private. */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const KEY_TYPES: ReadonlySet<unknown> = new Set(['EC', 'RSA', 'OKP'])

/** Reads a proof; the reason, a constant sentence, where it is none. Does not judge the claims, nor the signature. */
export function parseProof(proof: string): ProofClaims | string {
  let header: { readonly [name: string]: unknown }
  let claims: { readonly [name: string]: unknown }
  try {
    header = decodeProtectedHeader(proof)
    claims = decodeJwt(proof)
  } catch {
    return 'the proof is no JWT'
  }
  const { typ, alg, jwk, crit } = header
  if (typeof typ !== 'string' || typ.toLowerCase() !== 'dpop+jwt') return 'the typ of the proof is not dpop+jwt'
  if (typeof alg !== 'string' || !DPOP_ALGORITHMS.includes(alg)) return 'the algorithm of the proof is not allowed'
  if (crit !== undefined) return 'the proof has critical extensions'
  if (!isJsonObject(jwk) || !KEY_TYPES.has(jwk.kty)) return 'the proof has no public key'
  if (PRIVATE.some(member => Object.hasOwn(jwk, member))) return 'the key of the proof is private'
  const { jti, htm, htu, iat, ath, nonce } = claims
  if (typeof jti !== 'string' || jti === '') return 'the jti of the proof is missing'
  if (typeof htm !== 'string') return 'the htm of the proof is missing'
  if (typeof htu !== 'string') return 'the htu of the proof is missing'
  if (typeof iat !== 'number' || !Number.isFinite(iat)) return 'the iat of the proof is missing'
  if (typeof ath !== 'string') return 'the ath of the proof is missing'
  if (nonce !== undefined && typeof nonce !== 'string') return 'the nonce of the proof is no text'
  return { alg, jwk: jwk as PublicJwk, jti, htm, htu, iat, ath, nonce }
}
