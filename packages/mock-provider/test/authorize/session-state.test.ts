import { webcrypto } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { CALLBACK, Journey } from '../journey.ts'

const APP = new URL(CALLBACK).origin

/** What the iframe answers to a message from a page of some origin, with the cookies of a browser. */
async function askFrame(html: string, cookie: string, origin: string, data: unknown): Promise<string> {
  const script = /<script>([\s\S]*)<\/script>/.exec(html)?.[1] ?? ''
  return new Promise(resolve => {
    const listeners: ((event: object) => void)[] = []
    const addEventListener = (_name: string, listener: (event: object) => void) => listeners.push(listener)
    const globals = { document: { cookie }, crypto: webcrypto, TextEncoder, Uint8Array, addEventListener }
    runInNewContext(script, globals)
    const source = { postMessage: (word: string, to: string) => resolve(to === origin ? word : 'astray') }
    for (const listener of listeners) listener({ data, origin, source })
  })
}

/** The cookies that a script sees: those that are not HttpOnly. */
const visible = (headers: Headers): string =>
  headers
    .getSetCookie()
    .filter(cookie => !cookie.includes('HttpOnly'))
    .map(cookie => cookie.split(';')[0])
    .join('; ')

t.test('the iframe says unchanged until somebody logs in or out', async t => {
  const journey = new Journey()
  const { json } = await journey.ask('/.well-known/openid-configuration')
  const frame = await journey.provider.fetch(new Request(json.check_session_iframe))
  const html = await frame.text()
  t.match(frame.headers.get('content-security-policy'), /script-src 'sha256-/)
  t.notMatch(frame.headers.get('content-security-policy'), /frame-ancestors/)
  const { location, headers } = await journey.authorize({ login_hint: 'alice' })
  const state = location?.searchParams.get('session_state') ?? ''
  const cookie = `other=1; ${visible(headers)}`
  const ask = (seen: string, origin: string, data: unknown) => askFrame(html, seen, origin, data)
  t.equal(await ask(cookie, APP, `demo ${state}`), 'unchanged')
  t.equal(await ask(cookie, 'https://attacker.example', `demo ${state}`), 'changed')
  t.equal(await ask(cookie, APP, `other ${state}`), 'changed')
  t.equal(await ask('', APP, `demo ${state}`), 'changed', 'logged out')
  for (const data of ['demo', '', 7, null, {}, 'a b c.d']) t.equal(await ask(cookie, APP, data), 'error', String(data))
  const silent = await journey.authorize({ prompt: 'none' })
  const again = silent.location?.searchParams.get('session_state')
  t.not(again, state, 'another salt')
  t.equal(await ask(cookie, APP, `demo ${again}`), 'unchanged')
  const bob = await journey.authorize({ prompt: 'login', login_hint: 'bob' })
  t.equal(await ask(visible(bob.headers), APP, `demo ${state}`), 'changed')
})

t.test('logout takes both cookies away', async t => {
  const journey = new Journey()
  const { json } = await journey.logIn()
  const { headers } = await journey.ask(`/logout?id_token_hint=${json.id_token}`, {
    headers: { cookie: journey.cookie },
  })
  t.equal(headers.getSetCookie().filter(cookie => /=; Max-Age=0/.test(cookie)).length, 2)
})

t.test('an application that is no web page gets no session state, nor does plain OAuth', async t => {
  const go = async (parameters: Record<string, string>) =>
    (await new Journey().authorize({ login_hint: 'alice', ...parameters })).location?.searchParams.has('session_state')
  t.equal(await go({}), true)
  t.equal(await go({ redirect_uri: 'com.example.app:/cb' }), false)
  t.equal(await go({ scope: 'orders' }), false)
})
