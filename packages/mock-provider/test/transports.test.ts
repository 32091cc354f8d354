import nock from 'nock'
import t, { type Test } from 'tap'
import { getGlobalDispatcher, MockAgent, setGlobalDispatcher } from 'undici'
import { createMockProvider, interceptWithNock, interceptWithUndici, type MockProvider } from '../src/index.ts'
import { CALLBACK, CHALLENGE, NOON, ORIGIN, VERIFIER } from './journey.ts'

/** How a request reaches the provider: the origin that it is sent to, and what sends it. */
interface Transport {
  readonly origin: string
  readonly send: (url: string, init: RequestInit) => Promise<Response>
}

/** What a transport adds for itself (RFC 9110 section 7.6.1), and the length, which the body shows. */
const OWN = ['connection', 'keep-alive', 'transfer-encoding', 'content-length']

/** Registers, logs in by the form, refreshes three times, exchanges, asks and logs out: every byte that came back. */
async function travel({ origin, send }: Transport): Promise<readonly string[]> {
  const seen: string[] = []
  let cookie = ''
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { ...(cookie === '' ? {} : { cookie }), ...(init.headers as Record<string, string>) }
    const response = await send(`${origin}${path}`, { redirect: 'manual', ...init, headers })
    const set = response.headers.getSetCookie().map(text => text.split(';')[0])
    if (set.length > 0) cookie = set.join('; ')
    const told = [...response.headers].filter(([name]) => !OWN.includes(name)).map(pair => pair.join(': '))
    seen.push([response.status, ...told, '', await response.clone().text()].join('\n'))
    return response
  }
  const post = async (path: string, form: Record<string, string>) =>
    (await (await ask(path, { method: 'POST', body: new URLSearchParams(form) })).json()) as Record<string, string>

  await ask('/.well-known/openid-configuration')
  await ask('/jwks')
  const registration = {
    redirect_uris: [CALLBACK],
    post_logout_redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:token-exchange'],
    token_endpoint_auth_method: 'client_secret_post',
  }
  const body = JSON.stringify(registration)
  const made = await ask('/register', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const { client_id = '', client_secret = '' } = (await made.json()) as Record<string, string>
  const client = { client_id, client_secret }
  const query = new URLSearchParams({
    ...{ client_id, redirect_uri: CALLBACK, response_type: 'code', scope: 'openid email', state: 's', nonce: 'n' },
    ...{ code_challenge: CHALLENGE, code_challenge_method: 'S256' },
  })
  const page = await (await ask(`/authorize?${query}`)).text()
  const interaction = /name="interaction" value="([^"]*)"/.exec(page)?.[1] ?? ''
  const login = new URLSearchParams({ interaction, username: 'alice', password: 'alice' })
  const back = await ask('/authorize', { method: 'POST', body: login })
  const code = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const redeemed = { ...client, code, redirect_uri: CALLBACK, code_verifier: VERIFIER }
  let tokens = await post('/token', { grant_type: 'authorization_code', ...redeemed })
  for (let time = 0; time < 3; time++)
    tokens = await post('/token', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '', ...client })
  await post('/token', {
    ...client,
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: tokens.access_token ?? '',
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  })
  await post('/introspect', { ...client, token: tokens.access_token ?? '' })
  await ask('/userinfo', { headers: { authorization: `Bearer ${tokens.access_token}` } })
  const hint = { id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: CALLBACK, state: 'out' }
  await ask(`/logout?${new URLSearchParams(hint)}`)
  await post('/token', { grant_type: 'refresh_token', refresh_token: 'x', ...client })
  return seen
}

function open(): MockProvider {
  const provider = createMockProvider({ seed: 'transports', issuer: ORIGIN })
  provider.clock.set(NOON)
  return provider
}

const fetchNow = (url: string, init: RequestInit): Promise<Response> => fetch(url, init)

const TRANSPORTS: Readonly<Record<string, (t: Test) => Promise<Transport>>> = {
  'a fetch handler again': async () => {
    const provider = open()
    return { origin: ORIGIN, send: (url, init) => provider.fetch(new Request(url, init)) }
  },
  'a listener': async t => {
    const { url, close } = await open().listen({ port: 0 })
    t.teardown(close)
    return { origin: url, send: fetchNow }
  },
  nock: async t => {
    nock.disableNetConnect()
    const restore = interceptWithNock(nock, open())
    t.teardown(() => {
      restore()
      nock.enableNetConnect()
      nock.restore()
    })
    return { origin: ORIGIN, send: fetchNow }
  },
  'a MockAgent of undici': async t => {
    const agent = new MockAgent()
    agent.disableNetConnect()
    const before = getGlobalDispatcher()
    setGlobalDispatcher(agent)
    const restore = interceptWithUndici(agent, open())
    t.teardown(() => {
      restore()
      setGlobalDispatcher(before)
    })
    return { origin: ORIGIN, send: fetchNow }
  },
}

t.test('one seed gives the same bytes by whatever way the requests come', async t => {
  const provider = open()
  const expected = await travel({ origin: ORIGIN, send: (url, init) => provider.fetch(new Request(url, init)) })
  t.ok(expected.length > 12 && expected.every(text => text.length > 20))
  t.match(expected.at(-2), /^303\n/, 'the journey ends logged out')
  for (const [name, prepare] of Object.entries(TRANSPORTS))
    t.test(name, async t => t.strictSame(await travel(await prepare(t)), expected))
})
