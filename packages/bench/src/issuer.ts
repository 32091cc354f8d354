import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'

export const AUDIENCE = 'https://api.example.com'

export interface BenchIssuer {
  readonly issuer: string
  /** PEM of the only key, for contenders that want it as a file. */
  readonly publicKey: string
  readonly jwt: () => Promise<string>
  readonly opaque: () => string
  readonly close: () => void
}

/** Discovery, JWKS and introspection that answer at once: nobody's speed but the contenders' is in the figures. */
export async function startIssuer(): Promise<BenchIssuer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'bench', alg: 'RS256', use: 'sig' }
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answer(request.url ?? '/')))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const answer = (path: string): object => {
    if (path.startsWith('/jwks')) return { keys: [jwk] }
    if (path.startsWith('/introspect')) return claims(issuer)
    return {
      issuer,
      jwks_uri: `${issuer}/jwks`,
      introspection_endpoint: `${issuer}/introspect`,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      response_types_supported: ['code'],
    }
  }
  return {
    issuer,
    publicKey: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    jwt: () =>
      new SignJWT({ scope: 'orders:read orders:write', client_id: 'bench', jti: randomBytes(12).toString('base64url') })
        .setProtectedHeader({ alg: 'RS256', kid: 'bench', typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setSubject('alice')
        .setIssuedAt()
        .setExpirationTime('2h')
        .sign(privateKey),
    opaque: () => randomBytes(32).toString('base64url'),
    close: () => server.close(),
  }
}

function claims(issuer: string): object {
  const now = Math.floor(Date.now() / 1000)
  const times = { iat: now, exp: now + 7200 }
  return { active: true, iss: issuer, aud: AUDIENCE, sub: 'alice', client_id: 'bench', scope: 'orders:read', ...times }
}
