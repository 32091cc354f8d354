import { compactDecrypt, exportJWK, generateKeyPair, type JWK } from 'jose'
import { makeSelfSigned } from '../../src/engine/self-signed.ts'
import { createMockProvider, type MockProvider } from '../../src/index.ts'
import { CALLBACK, ORIGIN } from '../journey.ts'

/** Every flow that a client may want; each of the two clients has an answer to each, or says why it has none. */
export const FLOWS = [
  ...['registration', 'discovery by both paths', 'client_secret_basic', 'client_secret_post', 'client_secret_jwt'],
  ...['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth', 'none'],
  ...['access tokens by resource', 'introspection', 'signed introspection', 'encrypted introspection', 'revocation'],
  ...['device', 'CIBA', 'refresh', 'token exchange', 'code', 'hybrid', 'detached signature', 'implicit'],
  ...['pushed request', 'request object', 'DPoP with nonces', 'JARM', 'encrypted JARM', 'signed userinfo'],
  ...['encrypted userinfo', 'ID token encrypted with RSA-OAEP', 'ID token encrypted with ECDH-ES'],
  'ID token encrypted with X25519',
] as const
export type Flow = (typeof FLOWS)[number]

export const issuer = new URL(`${ORIGIN}/flows/of/clients`)
export const SECRET = 'a-secret-of-at-least-thirty-two-characters'
export const ID = 'web'
export const APIS = { jwt: 'https://jwt.example.com', opaque: 'https://opaque.example.com' }
export const CHECKS = { state: 'a-state', nonce: 'a-nonce' }
const CERTIFICATE = makeSelfSigned('flows', 'web', []).cert.replace(/-----[^-]+-----|\s/g, '')

/** A provider with one client that is registered as a flow wants it, and all that a test does for its user. */
export class World {
  readonly provider: MockProvider
  readonly #headers: Record<string, string> = {}

  constructor(client: object, secret: string | null) {
    const metadata = {
      ...(secret === null ? {} : { client_secret: secret }),
      redirect_uris: [CALLBACK],
      ...client,
    }
    this.provider = createMockProvider({
      issuer: ORIGIN,
      clients: { [ID]: metadata as never },
      apis: { [APIS.jwt]: { format: 'jwt' }, [APIS.opaque]: { format: 'opaque' } },
      device: { interval: 1 },
      ciba: { interval: 1 },
      clientCertificates: 'header',
      ...('dpop_bound_access_tokens' in client ? { dpop: { nonce: 'required' } } : {}),
    })
  }

  /** What both clients take in place of the network. */
  readonly fetch = (url: string, init: object): Promise<Response> => {
    const request = new Request(url, init)
    for (const [name, value] of Object.entries(this.#headers)) request.headers.set(name, value)
    return this.provider.fetch(request)
  }

  /** From now on requests come over a connection with this certificate, as a proxy tells of it. */
  connectWithCertificate(): void {
    this.#headers['client-cert'] = `:${CERTIFICATE}:`
  }

  decide(kind: 'device' | 'ciba', what: object): Promise<Response> {
    const body = JSON.stringify({ action: 'approve', sub: 'alice', ...what })
    return this.provider.fetch(new Request(`${issuer.href}/_mock/${kind}`, { method: 'POST', body }))
  }

  /** Where the browser ends up: at the redirect URI, or with the form that the page sends there. */
  async browse(url: URL): Promise<URL | Request> {
    const answer = await this.provider.fetch(new Request(url))
    const location = answer.headers.get('location')
    if (location !== null) return new URL(location)
    const inputs = [...(await answer.text()).matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
    const body = new URLSearchParams(inputs.map(([, name = '', value = '']): [string, string] => [name, value]))
    return new Request(CALLBACK, { method: 'POST', body })
  }
}

export const TLS_CLIENTS = {
  tls_client_auth: { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_subject_dn: 'CN=web' },
  self_signed_tls_client_auth: {
    token_endpoint_auth_method: 'self_signed_tls_client_auth',
    jwks: { keys: [{ kty: 'RSA', x5c: [CERTIFICATE] }] },
  },
}

/** What an authorization request asks for; the user is there already. */
export const request = (parameters: Record<string, string> = {}): Record<string, string> => ({
  redirect_uri: CALLBACK,
  scope: 'openid email',
  login_hint: 'alice',
  ...CHECKS,
  ...parameters,
})

/** A key pair of the client: what it registers, and what it signs or reads with. */
export async function makeKey(alg: string, use: 'sig' | 'enc', crv?: string) {
  const pair = await generateKeyPair(alg, { extractable: true, ...(crv === undefined ? {} : { crv }) })
  const jwk: JWK = { ...(await exportJWK(pair.publicKey)), kid: 'a-key', use }
  return { key: pair.privateKey, kid: 'a-key', jwks: { keys: [jwk] } }
}

export const SEALED: Readonly<Record<string, readonly [alg: string, crv?: string]>> = {
  'RSA-OAEP': ['RSA-OAEP'],
  'ECDH-ES': ['ECDH-ES', 'P-256'],
  X25519: ['ECDH-ES', 'X25519'],
}
export const ENC = 'A256GCM'

/** Registered so that answers of one kind come signed, and encrypted for the key. */
export async function makeSealed(kind: string, [alg, crv]: readonly [string, string?]) {
  const { key, kid, jwks } = await makeKey(alg, 'enc', crv)
  const signed = `${kind}_signed_response_alg`
  const metadata = {
    [signed]: 'ES256',
    [`${kind}_encrypted_response_alg`]: alg,
    [`${kind}_encrypted_response_enc`]: ENC,
  }
  const decrypt = async (jwe: string): Promise<string> =>
    Buffer.from((await compactDecrypt(jwe, key)).plaintext).toString()
  return { key, kid, alg, metadata, registered: { ...metadata, jwks }, decrypt }
}
