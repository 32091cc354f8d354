import { createHash } from 'node:crypto'
import { type SigningKey, signToken } from '@gatehouse/testkit'

/** Somewhere a secret is shown, to be compared with the one that is known. */
export interface Place {
  readonly known: string
  /** Of the same length, and the same at its beginning. */
  readonly wrong: string
  /** Whether whoever shows this is let in. */
  readonly show: (secret: string) => Promise<boolean>
}

export const ISSUER = 'https://login.example.com'
export const SECRET = 'a-secret-of-thirty-two-characters'

/** Another last character but one: the very last of base64url may have spare bits. */
export const spoil = (secret: string): string =>
  `${secret.slice(0, -2)}${secret.at(-2) === 'A' ? 'B' : 'A'}${secret.slice(-1)}`

export const hashOf = (text: string, hash = 'sha256'): string => createHash(hash).update(text).digest('base64url')

/** RFC 9449 section 4.2, with a `jti` of its own each time. */
export function makeProver(holder: SigningKey) {
  const { crv = '', kty, x = '', y = '' } = holder.jwk
  let proofs = 0
  return {
    /** RFC 7638 section 3.2. */
    thumbprint: hashOf(JSON.stringify({ crv, kty, x, y })),
    prove: (claims: Readonly<Record<string, string | number>>): string =>
      signToken(holder, { jti: `${proofs++}`, ...claims }, { typ: 'dpop+jwt', jwk: { crv, kty, x, y } }),
  }
}
