import type { JsonObject } from '@gatehouse/protocol'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { NOON, ORIGIN } from '../journey.ts'

/** A key pair of a client, and what it signs. */
export interface Signer {
  readonly jwk: JsonObject
  readonly sign: (claims: Record<string, unknown>, header?: Record<string, unknown>) => Promise<string>
}

export async function makeSigner(alg = 'ES256', kid = 'a-key'): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } as JsonObject
  return {
    jwk,
    sign: (claims, header = {}) => new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
  }
}

export const signWithSecret = (secret: string, claims: Record<string, unknown>, alg = 'HS256'): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret))

let count = 0

/** The claims of a client's assertion (RFC 7523 section 3) at NOON. */
export const assertionClaims = (clientId: string, over: Record<string, unknown> = {}): Record<string, unknown> => ({
  iss: clientId,
  sub: clientId,
  aud: ORIGIN,
  jti: `jti-${++count}`,
  iat: NOON,
  exp: NOON + 60,
  ...over,
})

export const withAssertion = (client_assertion: string): Record<string, string> => ({
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion,
})

/** A DPoP key and its proofs at NOON (RFC 9449 section 4.2). */
export async function makeProver(alg = 'ES256'): Promise<{
  readonly jkt: string
  readonly prove: (
    method: string,
    path: string,
    over?: Record<string, unknown>,
    header?: Record<string, unknown>,
  ) => Promise<{ dpop: string }>
}> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const { kty, crv, x, y } = await exportJWK(publicKey)
  const jwk = { kty, crv, x, y }
  const prove = async (htm: string, path: string, over = {}, header = {}): Promise<{ dpop: string }> => ({
    dpop: await new SignJWT({ htm, htu: `${ORIGIN}${path}`, jti: `proof-${++count}`, iat: NOON, ...over })
      .setProtectedHeader({ typ: 'dpop+jwt', alg, jwk, ...header } as { alg: string })
      .sign(privateKey),
  })
  return { jkt: await calculateJwkThumbprint(jwk as { kty: string }), prove }
}
