import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
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
  /** ES256, which is signed thirty times as fast: for memory, where a hundred thousand are needed. */
  readonly many: (count: number) => string[]
  /** Tokens that are none, each wrong in a way that shows before any signature. */
  readonly garbage: (count: number) => string[]
  readonly close: () => void
}

/** Discovery, JWKS and introspection that answer at once: nobody's speed but the contenders' is in the figures. */
export async function startIssuer(): Promise<BenchIssuer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const second = { ...elliptic.publicKey.export({ format: 'jwk' }), kid: 'bench-ec', alg: 'ES256', use: 'sig' }
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
    if (path.startsWith('/jwks')) return { keys: [jwk, second] }
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
    many: count => Array.from({ length: count }, () => signElliptic(elliptic.privateKey, claimsOf(issuer))),
    garbage: count => Array.from({ length: count }, (_, index) => makeGarbage(issuer, index)),
    close: () => server.close(),
  }
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

function claimsOf(issuer: string): object {
  const { active: _, ...rest } = claims(issuer)
  return { ...rest, jti: randomBytes(12).toString('base64url') }
}

function signElliptic(key: KeyObject, payload: object): string {
  const input = `${encode({ alg: 'ES256', kid: 'bench-ec', typ: 'at+jwt' })}.${encode(payload)}`
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

function makeGarbage(issuer: string, index: number): string {
  const header = { alg: 'RS256', kid: 'bench', typ: 'at+jwt' }
  const signature = randomBytes(256).toString('base64url')
  const good = claimsOf(issuer)
  const kinds: readonly (readonly [header: object, payload: object])[] = [
    [header, { ...good, iss: 'https://login.evil.example' }],
    [header, { ...good, exp: 1_700_000_000 }],
    [{ ...header, alg: 'none' }, good],
    [{ ...header, typ: 'logout+jwt' }, good],
  ]
  const [head = header, payload = good] = kinds[index % kinds.length] ?? []
  return `${encode(head)}.${encode(payload)}.${signature}`
}

function claims(issuer: string): { readonly active: boolean; readonly [name: string]: unknown } {
  const now = Math.floor(Date.now() / 1000)
  const times = { iat: now, exp: now + 7200 }
  return { active: true, iss: issuer, aud: AUDIENCE, sub: 'alice', client_id: 'bench', scope: 'orders:read', ...times }
}
