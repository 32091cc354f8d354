import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type Configuration, type ResourceServer } from 'oidc-provider'
import { EXCHANGE, registerTokenExchange } from './certified-exchange.ts'

export const JWT_API = 'https://api.example.com/jwt'
export const OPAQUE_API = 'https://api.example.com/opaque'

export const CLIENT = { id: 'service', secret: 'service-secret-of-the-test-suite' } as const
/** Its tokens are bound to the certificate that it shows (RFC 8705). */
export const MTLS_CLIENT = { id: 'service-mtls', secret: 'service-secret-of-the-test-suite' } as const
export const GATEWAY = { id: 'gateway', secret: 'gateway-secret:with+reserved/characters%' } as const

/** A certified provider on a port of its own: JWT or opaque access tokens by resource, introspection, revocation, DPoP. */
export async function startCertifiedProvider(overrides: Configuration = {}): Promise<{
  readonly issuer: string
  /** Headers of a token request by the client whose tokens are bound to certificates. */
  readonly bound: { readonly authorization: string }
  /** `headers` go with the token request: a DPoP proof, or the certificate as a proxy in front of the provider would pass it on. */
  readonly clientCredentials: (
    resource: string,
    scope: string,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<string>
  readonly revoke: (token: string) => Promise<void>
  readonly close: () => Promise<void>
}> {
  const server = createServer((request, response) => handle(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, { ...configuration(), ...overrides })
  registerTokenExchange(provider, describeResource)
  const handle = provider.callback()

  const basicOf = (client: { id: string; secret: string }): string =>
    `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`
  const basic = basicOf(CLIENT)
  const post = (
    path: string,
    form: Record<string, string>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> =>
    fetch(`${issuer}${path}`, {
      method: 'POST',
      headers: { authorization: basic, ...headers },
      body: new URLSearchParams(form),
    })

  return {
    issuer,
    bound: { authorization: basicOf(MTLS_CLIENT) },
    async clientCredentials(resource, scope, headers) {
      const response = await post('/token', { grant_type: 'client_credentials', resource, scope }, headers)
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
        client_id: MTLS_CLIENT.id,
        client_secret: MTLS_CLIENT.secret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        tls_client_certificate_bound_access_tokens: true,
      },
      {
        client_id: GATEWAY.id,
        client_secret: GATEWAY.secret,
        grant_types: [EXCHANGE],
        redirect_uris: [],
        response_types: [],
        introspection_signed_response_alg: 'RS256',
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
      jwtIntrospection: { enabled: true },
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        getCertificate: context => {
          const pem = context.get('x-test-certificate')
          return pem === '' ? undefined : new X509Certificate(Buffer.from(pem, 'base64'))
        },
      },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: async (_context, resource) => describeResource(resource),
      },
    },
  }
}

/** JWTs or opaque tokens, by resource. */
const describeResource = (resource: string): ResourceServer => ({
  scope: 'orders:read orders:write',
  audience: resource,
  accessTokenTTL: 600,
  accessTokenFormat: resource === JWT_API ? 'jwt' : 'opaque',
  ...(resource === JWT_API ? { jwt: { sign: { alg: 'RS256' as const } } } : {}),
})
