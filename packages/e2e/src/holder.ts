import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import type { Gate } from './gate.ts'

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

/** A token for /private/1 of the gate that is bound to a key (RFC 9449 section 6.1), and lines with proofs of who has it. */
export async function bindToken(gate: Gate, more: Readonly<Record<string, unknown>> = {}) {
  const { thumbprint, prove } = await makeHolder()
  const token = await gate.token({ claims: { cnf: { jkt: thumbprint, ...more } as never } })
  return {
    token,
    prove: ({ url = 'https://api.example.com/private/1', isPrivate = false } = {}): string =>
      `DPoP: ${prove(url, token, { isPrivate })}`,
  }
}
