import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type Configuration } from 'oidc-provider'

export const JWT_API = 'https://api.example.com/jwt'
export const OPAQUE_API = 'https://api.example.com/opaque'

export const CLIENT = { id: 'service', secret: 'service-secret-of-the-test-suite' } as const
export const GATEWAY = { id: 'gateway', secret: 'gateway-secret:with+reserved/characters%' } as const

/** A certified provider on a port of its own: JWT or opaque access tokens by resource, introspection, revocation, DPoP. */
export async function startCertifiedProvider(overrides: Configuration = {}): Promise<{
  readonly issuer: string
  readonly clientCredentials: (resource: string, scope: string) => Promise<string>
  readonly revoke: (token: string) => Promise<void>
  readonly close: () => Promise<void>
}> {
  const server = createServer((request, response) => handle(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, { ...configuration(), ...overrides })
  const handle = provider.callback()

  const basic = `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`
  const post = (path: string, form: Record<string, string>): Promise<Response> =>
    fetch(`${issuer}${path}`, { method: 'POST', headers: { authorization: basic }, body: new URLSearchParams(form) })

  return {
    issuer,
    async clientCredentials(resource, scope) {
      const response = await post('/token', { grant_type: 'client_credentials', resource, scope })
      const answer = (await response.json()) as { access_token?: string }
      if (answer.access_token === undefined) throw new Error(`no access token: ${JSON.stringify(answer)}`)
      return answer.access_token
    },
    async revoke(token) {
      const response = await post('/token/revocation', { token })
      if (response.status !== 200) throw new Error(`revocation answered ${response.status}`)
    },
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function configuration(): Configuration {
  const key = (kid: string, alg: string, jwk: object): object => ({ ...jwk, kid, alg, use: 'sig' })
  return {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
      {
        client_id: GATEWAY.id,
        client_secret: GATEWAY.secret,
        grant_types: [],
        redirect_uris: [],
        response_types: [],
      },
    ],
    jwks: {
      keys: [
        key('rsa-1', 'RS256', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })),
        key('ec-1', 'ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })),
      ],
    } as NonNullable<Configuration['jwks']>,
    cookies: { keys: ['the test suite signs its cookies'] },
    scopes: ['openid', 'offline_access', 'orders:read', 'orders:write'],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: async () => true },
      revocation: { enabled: true, allowedPolicy: async () => true },
      dPoP: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: async (_context, resource) => ({
          scope: 'orders:read orders:write',
          audience: resource,
          accessTokenTTL: 600,
          accessTokenFormat: resource === JWT_API ? 'jwt' : 'opaque',
          ...(resource === JWT_API ? { jwt: { sign: { alg: 'RS256' as const } } } : {}),
        }),
      },
    },
  }
}
