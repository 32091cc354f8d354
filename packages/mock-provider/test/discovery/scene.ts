import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { makeSelfSigned } from '../../src/engine/self-signed.ts'
import { createMockProvider, type MockProvider, type MockProviderOptions } from '../../src/index.ts'
import { CALLBACK, CHALLENGE, NOON, ORIGIN, type Reply, VERIFIER } from '../journey.ts'

// biome-ignore lint/suspicious/noExplicitAny: a discovery document is walked member by member
type Document = Record<string, any>

export const SECRET = 'a-secret-long-enough-for-an-hmac-of-any-of-the-three-sizes-there-are'
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
/** Every scope and claim there is; everything that a system says of users can be said of this one. */
const CAROL = {
  password: 'carol',
  claims: {
    ...Object.fromEntries(
      ['name', 'family_name', 'given_name', 'middle_name', 'nickname', 'profile', 'picture', 'website', 'gender']
        .concat(['birthdate', 'zoneinfo', 'locale', 'phone_number', 'preferred_username', 'phone'])
        .map(name => [name, `her ${name}`]),
    ),
    email: 'carol@example.com',
    email_verified: true,
    phone_number_verified: true,
    updated_at: NOON,
    address: { country: 'X' },
  },
}

export interface Returned {
  readonly reply: Reply
  /** How the answer travelled. */
  readonly carrier: 'query' | 'fragment' | 'form_post' | undefined
  readonly parameters: URLSearchParams
}

let count = 0

/** A provider, what it says of itself, and a client that believes it: nothing is asked for at an address that the document does not name. */
export class Scene {
  readonly provider: MockProvider
  readonly document: Document
  /** Below which the control plane is: the issuer without what a system adds to it. */
  readonly address = ORIGIN
  /** What the provider reaches when it calls somebody. */
  network: (request: Request) => Promise<Response> = async () => new Response(null, { status: 404 })
  readonly certificate = `:${makeSelfSigned('walk', 'client', []).cert.replace(/-----[^-]+-----|\s/g, '')}:`

  private constructor(provider: MockProvider, document: Document) {
    this.provider = provider
    this.document = document
  }

  static async open(options: MockProviderOptions): Promise<Scene> {
    const reached = { network: async (_request: Request) => new Response() }
    const ports = { fetch: (request: Request) => reached.network(request) }
    const common = { issuer: ORIGIN, consent: 'never', users: { carol: CAROL }, ports } as const
    const provider = createMockProvider({ ...common, ...options })
    provider.clock.set(NOON)
    const answer = await provider.fetch(new Request(`${provider.issuer}/.well-known/openid-configuration`))
    const scene = new Scene(provider, (await answer.json()) as Document)
    reached.network = request => scene.network(request)
    return scene
  }

  async ask(address: string, init: RequestInit = {}): Promise<Reply> {
    const response = await this.provider.fetch(new Request(address, init))
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: /^\s*[{[]/.test(text) ? JSON.parse(text) : undefined,
    }
  }

  post(member: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Reply> {
    return this.ask(this.document[member], { method: 'POST', body: new URLSearchParams(form), headers })
  }

  /** A client of its own with a secret, unless its metadata says otherwise; empty where it can not be. */
  put(metadata: Document = {}): string {
    const id = `client-${++count}`
    const isBare = metadata.token_endpoint_auth_method === 'none'
    const made = this.provider.clients.put(id, { ...(isBare ? {} : { client_secret: SECRET }), ...metadata })
    return 'metadata' in made ? id : ''
  }

  async authorize(client: string, parameters: Record<string, string> = {}): Promise<Returned> {
    const query = {
      ...{ client_id: client, redirect_uri: CALLBACK, response_type: 'code', scope: 'openid', state: 's', nonce: 'n' },
      ...{ login_hint: 'carol', code_challenge: CHALLENGE, code_challenge_method: 'S256', ...parameters },
    }
    const address = `${this.document.authorization_endpoint}?${new URLSearchParams(query)}`
    const reply = await this.ask(address)
    const location = new URL(reply.headers.get('location') ?? ORIGIN, ORIGIN)
    const inputs = [...reply.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
    if (location.search !== '') return { reply, carrier: 'query', parameters: location.searchParams }
    if (location.hash !== '')
      return { reply, carrier: 'fragment', parameters: new URLSearchParams(location.hash.slice(1)) }
    const isAnswer = reply.text.includes(`action="${CALLBACK}"`)
    const posted = new URLSearchParams(inputs.map(([, name = '', value = '']): [string, string] => [name, value]))
    return { reply, carrier: isAnswer ? 'form_post' : undefined, parameters: posted }
  }

  /** A request by PKCE, and what its code is redeemed for. */
  async logIn(client: string, parameters: Record<string, string> = {}, method = 'S256'): Promise<Reply> {
    const challenge = { code_challenge: method === 'plain' ? VERIFIER : CHALLENGE, code_challenge_method: method }
    const returned = await this.authorize(client, { ...challenge, ...parameters })
    const code = returned.parameters.get('code') ?? ''
    return this.redeem(client, {
      grant_type: 'authorization_code',
      redirect_uri: CALLBACK,
      code,
      code_verifier: VERIFIER,
    })
  }

  async logInWithCookie(client: string): Promise<Reply & { cookie: string }> {
    const { reply, parameters } = await this.authorize(client)
    const code = parameters.get('code') ?? ''
    const form = { grant_type: 'authorization_code', redirect_uri: CALLBACK, code, code_verifier: VERIFIER }
    const cookie = reply.headers.getSetCookie().map(text => text.split(';')[0])
    return { ...(await this.redeem(client, form)), cookie: cookie.join('; ') }
  }

  /** The token endpoint, with the secret in the form. */
  redeem(client: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Reply> {
    return this.post('token_endpoint', { client_id: client, client_secret: SECRET, ...form }, headers)
  }

  userinfo(token: string): Promise<Reply> {
    return this.ask(this.document.userinfo_endpoint, { headers: { authorization: `Bearer ${token}` } })
  }

  /** An access token for a call that is not about how it came. */
  async token(): Promise<string> {
    return (await this.logIn(this.put())).json.access_token
  }

  /** How a client shows who it is: headers and form, by method. */
  async credentials(method: string, alg?: string): Promise<[Record<string, string>, Record<string, string>]> {
    const basic = (id: string) => ({ authorization: `Basic ${Buffer.from(`${id}:${SECRET}`).toString('base64')}` })
    if (method === 'client_secret_basic') return [basic(this.put({ token_endpoint_auth_method: method })), {}]
    if (method === 'client_secret_post')
      return [{}, { client_id: this.put({ token_endpoint_auth_method: method }), client_secret: SECRET }]
    if (method === 'none') return [{}, { client_id: this.put({ token_endpoint_auth_method: method }) }]
    if (method === 'client_secret_jwt') {
      const id = this.put({ token_endpoint_auth_method: method })
      return [{}, await this.assertion(id, new TextEncoder().encode(SECRET), alg ?? 'HS256')]
    }
    if (method === 'private_key_jwt') {
      const { key, jwks } = await makeKey(alg ?? 'ES256')
      const id = this.put({ token_endpoint_auth_method: method, jwks })
      return [{}, await this.assertion(id, key, alg ?? 'ES256')]
    }
    const x5c = [this.certificate.slice(1, -1)]
    const own =
      method === 'tls_client_auth'
        ? { tls_client_auth_subject_dn: 'CN=client' }
        : { jwks: { keys: [{ kty: 'RSA', x5c }] } }
    const client_id = this.put({ token_endpoint_auth_method: method, ...own })
    return [{ 'client-cert': this.certificate }, { client_id }]
  }

  async assertion(id: string, key: CryptoKey | Uint8Array, alg: string): Promise<Record<string, string>> {
    const claims = { iss: id, sub: id, aud: this.provider.issuer, jti: `jti-${++count}`, iat: NOON, exp: NOON + 60 }
    const client_assertion = await new SignJWT(claims).setProtectedHeader({ alg }).sign(key)
    return { client_assertion_type: ASSERTION, client_assertion }
  }

  /** A proof for the token endpoint. */
  async proof(alg: string): Promise<{ dpop: string }> {
    const { key, jwks } = await makeKey(alg)
    const { kid: _kid, use: _use, alg: _alg, ...jwk } = jwks.keys[0] ?? {}
    const claims = { htm: 'POST', htu: this.document.token_endpoint, jti: `proof-${++count}`, iat: NOON }
    const header = { typ: 'dpop+jwt', alg, jwk }
    return { dpop: await new SignJWT(claims).setProtectedHeader(header as { alg: string }).sign(key) }
  }
}

const made = new Map<string, ReturnType<typeof generateKeyPair>>()

/** A key pair for an algorithm, made once. */
export async function makeKey(
  alg: string,
  use: 'sig' | 'enc' = 'sig',
): Promise<{ key: CryptoKey; jwks: { keys: Document[] } }> {
  const pair = made.get(alg) ?? generateKeyPair(alg, { extractable: true })
  made.set(alg, pair)
  const { publicKey, privateKey } = await pair
  return { key: privateKey, jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: alg, use }] } }
}

/** Whether a provider does what one value of a member says. */
export type Works = (scene: Scene, value: string) => Promise<boolean>
