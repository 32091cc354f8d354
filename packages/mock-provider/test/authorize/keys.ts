import type { webcrypto } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { NOON, ORIGIN } from '../journey.ts'

/** A client with a key of its own, as an application holds it. */
export interface ClientKey {
  readonly kid: string
  readonly alg: string
  readonly key: webcrypto.CryptoKey
  /** RFC 7517: what the client publishes. */
  readonly jwks: { readonly keys: readonly Record<string, unknown>[] }
}

export async function makeKey(alg: string, kid = `${alg}-1`): Promise<ClientKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, key: privateKey, jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, use: 'sig' }] } }
}

/** A request object as RFC 9101 section 4 wants it, with what a test says over it; null leaves a claim out. */
export function signRequest(
  { key, alg, kid }: Omit<ClientKey, 'jwks'> | { key: Uint8Array; alg: string; kid?: undefined },
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): Promise<string> {
  const all = { iss: 'web', aud: ORIGIN, client_id: 'web', exp: NOON + 60, iat: NOON, nbf: NOON, ...claims }
  const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null))
  return new SignJWT(kept as JWTPayload)
    .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }), typ: 'oauth-authz-req+jwt', ...header })
    .sign(key)
}
