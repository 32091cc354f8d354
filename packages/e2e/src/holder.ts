import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'

/** A holder of a key, with what it sends (RFC 9449 section 4.2). */
export async function makeHolder() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' })
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    prove(htu: string, token: string, { isPrivate = false } = {}): string {
      const ath = createHash('sha256').update(token).digest('base64url')
      const claims = { htm: 'GET', htu, ath, jti: randomUUID(), iat: Math.floor(Date.now() / 1000) }
      const input = `${encode({ alg: 'ES256', typ: 'dpop+jwt', jwk: isPrivate ? privateKey.export({ format: 'jwk' }) : jwk })}.${encode(claims)}`
      const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
      return `${input}.${signature.toString('base64url')}`
    },
  }
}
