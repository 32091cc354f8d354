import { createHash } from 'node:crypto'
import { createMockProvider, type MockProvider, type MockProviderOptions } from '../src/index.ts'

export const ORIGIN = 'https://login.example.com'
export const CALLBACK = 'https://app.example.com/callback'
export const VERIFIER = 'a-verifier-of-forty-three-characters-at-least-0'
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')
export const NOON = 1_800_000_000

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: what a provider answered is looked at member by member
  readonly json: any
}

/** A browser and an application in one, over the fetch handler. */
export class Journey {
  readonly provider: MockProvider
  readonly base: string
  cookie = ''

  constructor(options: MockProviderOptions = {}, prefix = '') {
    this.provider = createMockProvider({ seed: 'journey', issuer: ORIGIN, ...options })
    this.base = `${ORIGIN}${prefix}`
    this.provider.tenant(prefix).clock.set(NOON)
  }

  async ask(path: string, init: RequestInit = {}): Promise<Reply> {
    const response = await this.provider.fetch(new Request(`${this.base}${path}`, init))
    const text = await response.text()
    const isJson = (response.headers.get('content-type') ?? '').includes('json')
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson && text !== '' ? JSON.parse(text) : undefined,
    }
  }

  post(path: string, form: Record<string, string> | string, headers: Record<string, string> = {}): Promise<Reply> {
    return this.ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(form).toString(),
    })
  }

  /** The token endpoint as the demo client. */
  token(form: Record<string, string>): Promise<Reply> {
    return this.post('/token', { client_id: 'demo', client_secret: 'demo-secret', ...form })
  }

  introspect(token: string): Promise<Reply> {
    return this.post('/introspect', { client_id: 'demo', client_secret: 'demo-secret', token })
  }

  async authorize(parameters: Record<string, string> = {}): Promise<Reply & { location: URL | undefined }> {
    const query = new URLSearchParams({
      client_id: 'demo',
      redirect_uri: CALLBACK,
      response_type: 'code',
      scope: 'openid email',
      state: 'a-state',
      ...parameters,
    })
    return this.#followed(await this.ask(`/authorize?${query}`, { headers: { cookie: this.cookie } }))
  }

  /** Fills in the login page of an answer. */
  async submit(page: Reply, fields: Record<string, string>): Promise<Reply & { location: URL | undefined }> {
    const action = /<form method="post" action="([^"]*)"/.exec(page.text)?.[1] ?? ''
    const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
    const form = { ...Object.fromEntries(hidden.map(([, name, value]) => [name, value])), ...fields }
    const response = await this.provider.fetch(
      new Request(new URL(action, this.base), {
        method: 'POST',
        headers: { cookie: this.cookie },
        body: new URLSearchParams(form),
      }),
    )
    const text = await response.text()
    return this.#followed({ status: response.status, headers: response.headers, text, json: undefined })
  }

  /** A code by `login_hint`, without a page. */
  async code(parameters: Record<string, string> = {}): Promise<string> {
    const { location } = await this.authorize({ login_hint: 'alice', ...parameters })
    return location?.searchParams.get('code') ?? ''
  }

  /** Logs in and redeems the code. */
  async logIn(parameters: Record<string, string> = {}): Promise<Reply> {
    return this.token({ grant_type: 'authorization_code', redirect_uri: CALLBACK, code: await this.code(parameters) })
  }

  #followed(reply: Reply): Reply & { location: URL | undefined } {
    const set = reply.headers.get('set-cookie')
    if (set !== null) this.cookie = set.split(';')[0] ?? ''
    const location = reply.headers.get('location')
    return { ...reply, location: location === null ? undefined : new URL(location) }
  }
}

export const claimsOf = (jwt: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())

export const headerOf = (jwt: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString())

export const basic = (id: string, secret: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})
