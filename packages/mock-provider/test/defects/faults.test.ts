import t from 'tap'
import { createMockProvider } from '../../src/index.ts'
import { CALLBACK, claimsOf, Journey } from '../journey.ts'

t.test(
  'a defect of an ID token is a misbehaviour of the endpoints that issue it, and its signature is good',
  async t => {
    const journey = new Journey()
    journey.provider.faults.add({ endpoint: 'token', misbehaviour: 'wrong_nonce', times: 1 })
    t.equal(claimsOf((await journey.logIn({ nonce: 'n' })).json.id_token).nonce, 'a-nonce-of-somebody-else')
    t.equal(claimsOf((await journey.logIn({ nonce: 'n' })).json.id_token).nonce, 'n', 'once')
  },
)

t.test('a defect of access tokens only is in the access token', async t => {
  const journey = new Journey()
  journey.provider.faults.add({ misbehaviour: 'missing_client_id' })
  const { json } = await journey.logIn()
  t.notOk('client_id' in claimsOf(json.access_token))
  t.ok(claimsOf(json.id_token).sub)
})

t.test('what the user comes back with is bent in the query, the fragment and the form', async t => {
  const journey = new Journey()
  journey.provider.faults.add({ misbehaviour: 'wrong_state' })
  t.equal(
    (await journey.authorize({ login_hint: 'alice' })).location?.searchParams.get('state'),
    'a-state-of-somebody-else',
  )
  const fragment = await journey.authorize({ login_hint: 'alice', response_mode: 'fragment' })
  t.match(fragment.location?.hash, /state=a-state-of-somebody-else/)
  const form = await journey.authorize({ login_hint: 'alice', response_mode: 'form_post' })
  t.match(form.text, /name="state" value="a-state-of-somebody-else"/)
  t.match(form.text, `action="${CALLBACK}"`)
})

t.test('a login page is no answer to the client: the misbehaviour waits for one', async t => {
  const journey = new Journey()
  journey.provider.faults.add({ misbehaviour: 'missing_state', times: 1 })
  const page = await journey.authorize()
  t.equal(page.status, 200)
  const { location } = await journey.submit(page, { username: 'alice', password: 'alice' })
  t.ok(location?.searchParams.get('code'))
  t.notOk(location?.searchParams.has('state'))
})

t.test('two providers of one seed misbehave by the same chance', async t => {
  const statuses = async (): Promise<number[]> => {
    const provider = createMockProvider({ seed: 'chance', issuer: 'https://login.example.com' })
    provider.faults.add({ endpoint: 'jwks', status: 503, chance: 0.5 })
    const seen: number[] = []
    for (let n = 0; n < 40; n++) seen.push((await provider.fetch(new Request('https://login.example.com/jwks'))).status)
    return seen
  }
  const first = await statuses()
  t.strictSame(await statuses(), first)
  t.strictSame([...new Set(first)].sort(), [200, 503])
})

t.test(
  'over a socket: a body trickles, a redirect leads to itself, a date is skewed, and a bomb is compressed',
  async t => {
    const paused: number[] = []
    const provider = createMockProvider({ ports: { sleep: async seconds => void paused.push(seconds) } })
    const { url, close } = await provider.listen()
    t.teardown(close)
    const ask = (): Promise<Response> => fetch(`${url}/jwks?a=b`, { redirect: 'manual' })
    const once = (misbehaviour: string) => provider.faults.add({ endpoint: 'jwks', misbehaviour, times: 1 })

    once('trickled')
    t.ok(((await (await ask()).json()) as { keys: unknown[] }).keys.length > 0)
    t.equal(paused.length, 20)
    once('redirect_loop')
    t.equal((await ask()).headers.get('location'), '/jwks?a=b')
    once('date_behind')
    const skewed = Date.parse((await ask()).headers.get('date') ?? '')
    t.equal(Math.round((provider.clock.now() - skewed / 1000) / 60), 60)
    once('gzip_bomb')
    const bomb = await ask()
    t.equal(bomb.headers.get('content-encoding'), 'gzip')
    t.ok((await bomb.arrayBuffer()).byteLength > 32 * 1_048_576)
    provider.faults.add({ endpoint: 'jwks', trickle: '1s', truncate: 30, times: 1 })
    await t.rejects((await ask()).text())
  },
)
