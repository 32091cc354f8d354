import { hash } from 'node:crypto'
import type { PublicJwk } from '@gatehouse/protocol'

/** The members of a key that make its thumbprint, in the order of their names (RFC 7638 section 3.2, RFC 8037 section 2). */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
}

/** SHA-256 thumbprint of a key (RFC 7638), which no other member of it changes. Does not check that it is a key. */
export function thumbprintOf(jwk: PublicJwk): string {
  const members = (MEMBERS[jwk.kty] ?? []).map(name => [name, jwk[name]])
  return hash('sha256', JSON.stringify(Object.fromEntries(members)), 'base64url')
}
