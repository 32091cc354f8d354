import t from 'tap'
import { createTokenClient, type TokenClientSettings } from '../../src/client/token-client.ts'
import { accept, refuse } from '../../src/outcome.ts'
import { json, NOW, playPorts, type Sent } from '../configs.ts'

const ENDPOINT = 'https://login.example.com/token'
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

function play(answer: (sent: Sent) => Response | Promise<Response>, over: Partial<TokenClientSettings> = {}) {
  const played = playPorts(answer)
  const client = createTokenClient(
    {
      name: 'main',
      client: { auth: 'client_secret_basic', id: 'gateway', secret: 's3cret', encoding: 'form' },
      endpoint: async () => accept(ENDPOINT),
      ...over,
    },
    played.ports,
  )
  const tokenOf = async (outcome: ReturnType<typeof client.obtain>) => {
    const known = await outcome
    return known.ok ? known.value.accessToken : `${known.rejection.code}: ${known.rejection.cause}`
  }
  return { ...played, client, tokenOf }
}

const issue = (n: number | string, more: object = {}) =>
  json({ access_token: `token-${n}`, token_type: 'Bearer', expires_in: 3600, ...more })

t.test('client credentials are asked for as RFC 6749 section 4.4 says, once for parallel wishes', async t => {
  const { client, sent, tokenOf } = play(() => issue(1))
  const wish = { scope: ['a', 'b'], audience: ['orders'], resource: ['https://orders.example.com', 'urn:x'] }
  const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenOf(client.obtain(wish))))
  t.same(new Set(tokens), new Set(['token-1']))
  t.equal(sent.length, 1)
  t.equal(sent[0]?.url.href, ENDPOINT)
  t.match(sent[0]?.init, { method: 'POST', redirect: 'manual', headers: { authorization: /^Basic / } })
  t.same(
    [...(sent[0]?.form ?? [])],
    [
      ['grant_type', 'client_credentials'],
      ['scope', 'a b'],
      ['audience', 'orders'],
      ['resource', 'https://orders.example.com'],
      ['resource', 'urn:x'],
    ],
  )
  t.notOk(client.obtain(wish) instanceof Promise, 'and answered at once from then on')
  await client.obtain({ scope: ['a'] })
  t.equal(sent.length, 2, 'another wish is another token')
})

t.test('the next token is had a minute ahead, behind the requests', async t => {
  let n = 0
  const { client, sent, clock, tokenOf } = play(() => issue(++n))
  t.equal(await tokenOf(client.obtain()), 'token-1')
  clock.now += 3539
  t.equal(await tokenOf(client.obtain()), 'token-1')
  t.equal(sent.length, 1)
  clock.now += 1
  t.equal(await tokenOf(client.obtain()), 'token-1', 'still good, and not waited for')
  await new Promise(resolve => setImmediate(resolve))
  t.equal(sent.length, 2)
  t.equal(await tokenOf(client.obtain()), 'token-2')
})

t.test('while the server is down the old token goes on until just before its end', async t => {
  let up = true
  const { client, sent, clock, tokenOf } = play(() => (up ? issue(1) : json({}, 503)))
  await client.obtain()
  up = false
  clock.now += 3540
  for (let second = 0; second < 50; second += 10) {
    t.equal(await tokenOf(client.obtain()), 'token-1')
    await new Promise(resolve => setImmediate(resolve))
    clock.now += 10
  }
  t.equal(sent.length, 6, 'asked again each time')
  clock.now = NOW + 3595
  t.equal(await tokenOf(client.obtain()), 'issuer_unavailable: the token endpoint answered with status 503')
})

t.test('a token without a lifetime is kept for a minute, and one whose life is over is not kept', async t => {
  const unsaid = play(() => issue(1, { expires_in: undefined }))
  await unsaid.client.obtain()
  unsaid.clock.now += 47
  await unsaid.client.obtain()
  t.equal(unsaid.sent.length, 1)
  unsaid.clock.now += 13
  await unsaid.client.obtain()
  t.equal(unsaid.sent.length, 2)
  const over = play(() => issue(1, { expires_in: '0' }))
  t.equal(await over.tokenOf(over.client.obtain()), 'token-1')
  await over.client.obtain()
  t.equal(over.sent.length, 2)
})

t.test('an exchange says whose token for what (RFC 8693), and is kept by token, audience and scope', async t => {
  const { client, sent, tokenOf } = play(({ form }) => issue(`${form.get('subject_token')}-${form.get('audience')}`))
  t.equal(await tokenOf(client.exchange({ subjectToken: 'alice', audience: ['orders'] })), 'token-alice-orders')
  t.same(Object.fromEntries(sent[0]?.form ?? []), {
    grant_type: EXCHANGE,
    subject_token: 'alice',
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    audience: 'orders',
  })
  t.equal(await tokenOf(client.exchange({ subjectToken: 'bob', audience: ['orders'] })), 'token-bob-orders')
  t.equal(await tokenOf(client.exchange({ subjectToken: 'alice', audience: ['bills'] })), 'token-alice-bills')
  t.equal(await tokenOf(client.exchange({ subjectToken: 'alice', audience: ['orders'] })), 'token-alice-orders')
  t.equal(sent.length, 3)
  await client.exchange({ subjectToken: 'x', subjectTokenType: 'urn:a', requestedTokenType: 'urn:b', scope: [] })
  t.match(Object.fromEntries(sent[3]?.form ?? []), { subject_token_type: 'urn:a', requested_token_type: 'urn:b' })
})

t.test('what was exchanged is not kept beyond the end of the token it was exchanged for', async t => {
  const { client, sent, clock } = play(() => issue(1))
  const wish = { subjectToken: 'alice', notAfter: NOW + 100 }
  await client.exchange(wish)
  clock.now += 94
  await client.exchange(wish)
  t.equal(sent.length, 1)
  clock.now += 1
  await client.exchange(wish)
  t.equal(sent.length, 2)
})

t.test('a subject’s token that the server refuses is the caller’s fault, and remembered for a moment', async t => {
  const { client, sent, clock, tokenOf } = play(() => json({ error: 'invalid_grant' }, 400))
  const wish = { subjectToken: 'alice' }
  t.equal(await tokenOf(client.exchange(wish)), 'token_inactive: the token endpoint refused the grant')
  await client.exchange(wish)
  t.equal(sent.length, 1)
  clock.now += 5
  await client.exchange(wish)
  t.equal(sent.length, 2)
  const own = await tokenOf(client.obtain())
  t.equal(own, 'issuer_unavailable: the token endpoint refused our own credentials', 'and our own never is')
})

t.test('everything else that goes wrong is ours to mend, in constant words', async t => {
  const answers: readonly [Response, string][] = [
    [json({ error: 'invalid_client', error_description: 'secret s3cret is wrong' }, 401), 'answered invalid_client'],
    [json({ error: 'invalid_target' }, 400), 'answered invalid_target'],
    [json({ error: 'made up <b>' }, 400), 'answered with status 400'],
    [json({ access_token: 'x', token_type: 'Bearer' }, 201), 'answered with status 201'],
    [new Response('<html>'), 'answered with no JSON object'],
    [json({ token_type: 'Bearer' }), 'answered with no token'],
    [json({ access_token: 'a\r\nx-evil: 1', token_type: 'Bearer' }), 'answered with no token'],
    [json({ access_token: 'a'.repeat(20_000), token_type: 'Bearer' }), 'answered with no token'],
    [json({ access_token: 'a', token_type: 'DPoP' }), 'answered with a token of another type'],
    [json({ access_token: 'a' }), 'answered with a token of another type'],
    [issue(1, { expires_in: 'soon' }), 'answered with a lifetime that can not be read'],
    [issue(1, { expires_in: -1 }), 'answered with a lifetime that can not be read'],
    [
      new Response(null, { status: 302, headers: { location: 'https://evil.example.com' } }),
      'answered with a redirect, which is never followed',
    ],
  ]
  for (const [answer, why] of answers) {
    const { client, tokenOf } = play(() => answer)
    t.equal(await tokenOf(client.obtain()), `issuer_unavailable: the token endpoint ${why}`)
  }
  const issued = play(() => issue(1, { token_type: 'N_A', scope: 'a' }))
  t.match(await issued.client.exchange({ subjectToken: 'x' }), { ok: true, value: { scope: 'a' } })
})

t.test('an endpoint that is not known yet refuses in its own words; one that is dead is left alone', async t => {
  const unknown = refuse({ code: 'issuer_unavailable', cause: 'no discovery', detail: { retryAfter: 7 } })
  const lost = play(() => issue(1), { endpoint: async () => unknown })
  t.equal(await lost.client.obtain(), unknown)
  const dead = play(() => json({}, 503))
  for (let i = 0; i < 50; i++) await dead.client.obtain()
  t.equal(dead.sent.length, 6, 'five failures, and one question a second from there')
})

t.test('a token that was refused is forgotten, and only that one', async t => {
  let n = 0
  const { client, tokenOf } = play(() => issue(++n))
  await client.obtain()
  client.forget({}, 'token-0')
  t.equal(await tokenOf(client.obtain()), 'token-1')
  client.forget({}, 'token-1')
  t.equal(await tokenOf(client.obtain()), 'token-2')
  client.forget({}, 'token-1')
  t.equal(await tokenOf(client.obtain()), 'token-2', 'a late complaint about the old one changes nothing')
})

t.test('a client that shows a certificate shows it to the token endpoint too', async t => {
  const { client, sent } = play(() => issue(1), {
    client: { auth: 'tls_client_auth', id: 'gateway', cert: 'CERT', key: 'KEY' },
    tls: { ca: 'CA' },
  })
  await client.obtain()
  t.same(sent[0]?.init.tls, { ca: 'CA', cert: 'CERT', key: 'KEY' })
  t.equal(sent[0]?.form.get('client_id'), 'gateway')
})
