import type { Answer } from '../../src/index.ts'
import { createMockProvider, type MockProvider, type MockProviderOptions } from '../../src/index.ts'

export const ORIGIN = 'https://id.example.com'
export const CALLBACK = 'https://app.example.com/callback'
export const NOON = 1_800_000_000

export interface Reply {
  readonly status: number
  readonly text: string
  readonly type: string
  readonly headers: Answer['headers']
  readonly location: string
  // biome-ignore lint/suspicious/noExplicitAny: what a provider answered is looked at member by member
  readonly json: any
}

type Sent = Readonly<Record<string, string>>
const FORM = 'application/x-www-form-urlencoded'

/** A provider that speaks as one system, asked at the level of the wire: headers keep their order and spelling. */
export class System {
  readonly provider: MockProvider
  cookie = ''

  constructor(preset: string, options: MockProviderOptions = {}) {
    this.provider = createMockProvider({ seed: 'systems', issuer: ORIGIN, preset, ...options })
    this.provider.clock.set(NOON)
  }

  async ask(method: string, target: string, headers: Sent = {}, body = ''): Promise<Reply> {
    const [path = '', query = ''] = target.split(/\?(.*)/s)
    const answer = await this.provider.handle({
      method,
      origin: ORIGIN,
      path,
      query,
      headers: { ...(this.cookie === '' ? {} : { cookie: this.cookie }), ...headers },
      body: Buffer.from(body),
    })
    const cookie = answer.headers.find(([name, value]) => name === 'set-cookie' && /session=[^;]/.test(value))?.[1]
    if (cookie !== undefined) this.cookie = cookie.split(';')[0] ?? ''
    const text = Buffer.from(answer.body).toString()
    return {
      status: answer.status,
      text,
      type: headerOf(answer, 'content-type'),
      headers: answer.headers,
      location: headerOf(answer, 'location'),
      json: /^\s*\{/.test(text) ? JSON.parse(text) : undefined,
    }
  }

  get(path: string, query: Sent | string = {}, headers: Sent = {}): Promise<Reply> {
    const text = new URLSearchParams(query).toString()
    return this.ask('GET', text === '' ? path : `${path}?${text}`, headers)
  }

  post(path: string, form: Sent | string = {}, headers: Sent = {}): Promise<Reply> {
    return this.ask('POST', path, { 'content-type': FORM, ...headers }, new URLSearchParams(form).toString())
  }

  /** The parameters that a login by `login_hint` comes back with. */
  async authorize(path: string, parameters: Sent = {}): Promise<URLSearchParams> {
    const query = {
      client_id: 'demo',
      redirect_uri: CALLBACK,
      response_type: 'code',
      state: 'a-state',
      login_hint: 'alice',
    }
    const { location } = await this.get(path, { ...query, ...parameters })
    return new URL(location, ORIGIN).searchParams
  }

  /** Sends the first form of a page with these fields over its hidden ones. */
  submit(page: Reply, fields: Sent): Promise<Reply> {
    const action = /<form method="post" action="([^"]*)"/.exec(page.text)?.[1] ?? ''
    const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
    const form = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]))
    return this.post(action, { ...form, ...fields })
  }
}

const headerOf = ({ headers }: Answer, wanted: string): string =>
  headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? ''

/** A JWT's parts as they are written. */
export function read(jwt: string) {
  const [header = '', claims = ''] = jwt.split('.').map(part => Buffer.from(part, 'base64url').toString())
  // biome-ignore lint/suspicious/noExplicitAny: what a provider answered is looked at member by member
  const parse = (text: string): any => JSON.parse(text)
  return { text: claims, header: parse(header), claims: parse(claims), order: Object.keys(parse(claims)) }
}

export const basic = (id: string, secret: string): Sent => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})
export const bearer = (token: string): Sent => ({ authorization: `Bearer ${token}` })
export const DEMO: Sent = { client_id: 'demo', client_secret: 'demo-secret' }
export const DEMO_BASIC: Sent = basic('demo', 'demo-secret')
