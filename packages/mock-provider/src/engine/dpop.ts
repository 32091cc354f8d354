import { createHash } from 'node:crypto'
import type { JsonObject } from '@gatehouse/protocol'
import { ALGORITHM_NAMES, ALGORITHMS } from './algorithms.ts'
import { algorithmOf, isSignedWith } from './client-keys.ts'
import { type DecodedJwt, decodeJwt } from './jwt.ts'
import { isObject } from './members.ts'
import { Refusal } from './refusal.ts'
import { wasSeen } from './replay.ts'
import { isSecret } from './secret.ts'
import type { Tenant } from './tenant.ts'
import { parseUrl } from './url.ts'

/** RFC 9449 section 5.1: never symmetric. The name of RFC 9864 is taken too. */
export const DPOP_ALGORITHMS: readonly string[] = [
  ...ALGORITHM_NAMES.filter(alg => ALGORITHMS[alg].kind !== 'hmac'),
  'Ed25519',
]

/** What a proof is held to. */
export interface ProofDemand {
  readonly method: string
  /** Any of these addresses; query and fragment do not count. */
  readonly addresses: readonly string[]
  /** The token that it accompanies: `ath` must be its hash. Undefined at the token endpoint. */
  readonly accessToken?: string | undefined
}

/** Seconds by which `iat` may differ from the tenant's time, either way. */
const WINDOW = 60
/** Seconds for which a nonce is the newest; it is good for as long again. */
const NONCE_PERIOD = 60

/** The thumbprint of the key that a proof proves (RFC 9449 section 4.3), or why it proves nothing. A proof is good once. */
export function judgeProof(tenant: Tenant, proof: string, demand: ProofDemand): string | Refusal {
  const jwt = decodeJwt(proof)
  const { jwk } = jwt?.header ?? {}
  if (jwt === undefined || !isObject(jwk)) return refuse('must be one signed JWT with a jwk in its header')
  const why = checkHeader(jwt, jwk) ?? checkClaims(jwt, demand)
  if (why !== undefined) return refuse(why)
  const jkt = thumbprint(jwk)
  return jkt === undefined ? refuse('its jwk is no key of a known kind') : checkTime(tenant, jwt, jkt)
}

function checkHeader(jwt: DecodedJwt, jwk: JsonObject): string | undefined {
  const { typ, alg, crit } = jwt.header
  if (typ !== 'dpop+jwt') return 'its typ must be dpop+jwt'
  if (crit !== undefined) return 'has a critical header parameter that is not understood'
  const known = algorithmOf(alg)
  if (known === undefined || !DPOP_ALGORITHMS.includes(String(alg))) return 'its alg must be an asymmetric one'
  if (['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].some(name => name in jwk))
    return 'its jwk must not be a private or a symmetric key'
  return isSignedWith(jwk, known, jwt) ? undefined : 'its signature is not one of its jwk'
}

function checkClaims({ claims }: DecodedJwt, { method, addresses, accessToken }: ProofDemand): string | undefined {
  const { htm, htu, jti, ath } = claims
  if (typeof jti !== 'string' || jti === '') return 'jti is missing'
  if (htm !== method) return 'htm is not the method of this request'
  const address = typeof htu === 'string' ? withoutQuery(htu) : undefined
  if (address === undefined || !addresses.some(known => withoutQuery(known) === address))
    return 'htu is not the address of this request'
  if (accessToken === undefined) return undefined
  const hash = createHash('sha256').update(accessToken).digest('base64url')
  return ath === hash ? undefined : 'ath is not the hash of the access token'
}

/** A nonce of ours says when a proof was made; without one `iat` has to (RFC 9449 section 11.1). */
function checkTime(tenant: Tenant, { claims }: DecodedJwt, jkt: string): string | Refusal {
  const { iat, nonce, jti } = claims
  const now = tenant.clock.now()
  if (typeof iat !== 'number') return refuse('iat is missing')
  if (tenant.settings.dpop.nonce === 'required' || nonce !== undefined) {
    if (!nonces(tenant).some(own => isSecret(String(nonce), own)))
      return new Refusal('use_dpop_nonce', 'DPoP: the proof must carry the nonce that this answer brings')
  } else if (Math.abs(now - iat) > WINDOW) return refuse('iat is too far from now')
  const until = Math.max(now + NONCE_PERIOD * 2, iat + WINDOW + 1)
  return wasSeen(tenant, until, 'dpop', jkt, String(jti)) ? refuse('its jti was used before') : jkt
}

/** The nonce that is handed out now: it follows from the seed and the tenant's clock, so that nothing has to be remembered. */
export const currentNonce = (tenant: Tenant): string => nonces(tenant)[0] ?? ''

function nonces({ clock, entropy }: Tenant): readonly string[] {
  const period = Math.floor(clock.now() / NONCE_PERIOD)
  return [period, period - 1].map(number => entropy.derive(`dpop nonce ${number}`, 16).toString('base64url'))
}

/** RFC 7638; undefined for a key whose required members are not there. */
export function thumbprint(jwk: JsonObject): string | undefined {
  const names = REQUIRED_MEMBERS[String(jwk.kty)]
  if (names === undefined || !names.every(name => typeof jwk[name] === 'string')) return undefined
  const canonical = JSON.stringify(Object.fromEntries(names.map(name => [name, jwk[name]])))
  return createHash('sha256').update(canonical).digest('base64url')
}

/** In lexicographic order (RFC 7638 section 3.2, RFC 8037 section 2). */
const REQUIRED_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
}

/** RFC 3986 sections 6.2.2 and 6.2.3, as RFC 9449 section 4.3 recommends. */
function withoutQuery(address: string): string | undefined {
  const url = parseUrl(address)
  return url && `${url.origin}${url.pathname}`
}

const refuse = (say: string): Refusal => new Refusal('invalid_dpop_proof', `DPoP: ${say}`)
