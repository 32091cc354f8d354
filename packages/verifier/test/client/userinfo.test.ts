import t from 'tap'
import { createUserinfoClient, type UserinfoSettings } from '../../src/client/userinfo.ts'
import { accept, refuse } from '../../src/outcome.ts'
import { json, playPorts, type Sent } from '../configs.ts'

function play(answer: (sent: Sent) => Response, over: Partial<UserinfoSettings> = {}) {
  const played = playPorts(answer)
  const endpoint = async () => accept('https://login.example.com/userinfo')
  const client = createUserinfoClient({ name: 'main', digest: 'digest-of-main', endpoint, ...over }, played.ports)
  const tell = async (token = 'abc', subject: string | undefined = 'alice') => {
    const outcome = await client.find(token, subject)
    return outcome.ok ? outcome.value : `${outcome.rejection.code}: ${outcome.rejection.cause}`
  }
  return { ...played, client, tell }
}

t.test('the claims of a subject are asked for with the token, once a minute', async t => {
  const { tell, sent, clock, client } = play(() => json({ sub: 'alice', name: 'Alice' }))
  t.same(await Promise.all([tell(), tell(), tell()]), Array(3).fill({ sub: 'alice', name: 'Alice' }))
  t.equal(sent.length, 1)
  t.match(sent[0]?.init, { method: 'GET', redirect: 'manual', headers: { authorization: 'Bearer abc' } })
  t.notOk(client.find('abc', 'alice') instanceof Promise)
  await tell('another')
  t.equal(sent.length, 2)
  clock.now += 60
  await tell()
  t.equal(sent.length, 3)
})

t.test('0s keeps nothing', async t => {
  const { tell, sent } = play(() => json({ sub: 'alice' }), { ttl: 0 })
  await tell()
  await tell()
  t.equal(sent.length, 2)
})

t.test('claims about anybody else are not used (OpenID Connect Core section 5.3.2)', async t => {
  const { tell } = play(() => json({ sub: 'mallory', name: 'Alice' }))
  const other = 'issuer_unavailable: the userinfo endpoint answered about another subject'
  t.equal(await tell(), other)
  t.equal(await tell('abc', 'alice'), other, 'kept or not')
  t.match(await tell('abc', 'mallory'), { name: 'Alice' })
  const nobody = play(() => json({ name: 'Alice' }))
  t.equal(await nobody.tell(), other)
})

t.test('a token that is refused is inactive, in every way in which issuers say so', async t => {
  const refused = 'token_inactive: the userinfo endpoint refused the token'
  const answers = [
    () => json({ error: 'invalid_token' }, 401),
    () => new Response(null, { status: 401 }),
    () => json({ error: 'invalid_token', error_description: 'Unknown token' }, 400, 'text/html'),
  ]
  for (const answer of answers) {
    const { tell, sent, clock } = play(answer)
    t.equal(await tell(), refused)
    await tell()
    t.equal(sent.length, 1)
    clock.now += 5
    await tell()
    t.equal(sent.length, 2)
  }
})

t.test('everything else is an outage, which is not remembered and heals', async t => {
  const answers: readonly (() => Response)[] = [
    () => json({}, 500),
    () => json({ error: 'invalid_request' }, 400),
    () => new Response('eyJ.signed.answer'),
    () => json(['alice']),
    () => new Response(null, { status: 302 }),
  ]
  for (const answer of answers) t.match(await play(answer).tell(), /^issuer_unavailable: the userinfo endpoint /)
  let up = false
  const { tell, sent } = play(() => (up ? json({ sub: 'alice' }) : json({}, 503)))
  await tell()
  up = true
  t.same(await tell(), { sub: 'alice' })
  t.equal(sent.length, 2)
  up = false
  const dead = play(() => json({}, 503))
  for (let i = 0; i < 20; i++) await dead.tell(`${i}`)
  t.equal(dead.sent.length, 6)
})

t.test('an endpoint that is not known refuses in its own words', async t => {
  const unknown = refuse({ code: 'issuer_unavailable', cause: 'no discovery', detail: { retryAfter: 7 } })
  t.equal(await play(() => json({}), { endpoint: async () => unknown }).tell(), 'issuer_unavailable: no discovery')
})

t.test('a private authority is trusted here as well', async t => {
  const { tell, sent } = play(() => json({ sub: 'alice' }), { tls: { ca: 'CA' } })
  await tell()
  t.same(sent[0]?.init.tls, { ca: 'CA' })
})
