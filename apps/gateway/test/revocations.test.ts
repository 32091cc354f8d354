import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createLogTo, type Judged, judgeConfiguration, startGateway } from '../src/index.ts'
import { closeAdmin, createAdmin } from '../src/server/admin.ts'
import { listen } from '../src/server/listen.ts'
import { parseSettings } from '../src/server/settings.ts'
import { ask, configurationFor, ISSUER, listenUpstream, token } from './gatehouse.ts'

const SECRET = 'correct-horse-battery-staple'

function judge(t: Test, configuration: object): Judged {
  const path = join(t.testdir(), 'gatehouse.json')
  writeFileSync(path, JSON.stringify(configuration))
  return judgeConfiguration(path, { variable: () => undefined, logLevel: 'debug', noColor: true })
}

async function start(t: Test, configuration: object) {
  const judged = judge(t, configuration)
  if (!judged.ok) throw new Error(JSON.stringify(judged.problems))
  let log = ''
  const gateway = await startGateway(judged.configuration, createLogTo({ write: line => (log += line) }, 'debug'))
  t.teardown(() => gateway.close())
  return { url: gateway.url, admin: String(gateway.adminUrl), log: () => log }
}

const guarded = (upstream: string, server: object = {}) => ({
  ...configurationFor(upstream, server),
  admin: { port: 0, secret: SECRET },
})

const BEARER = { authorization: `Bearer ${SECRET}` }

const post = (admin: string, body: unknown, headers: Record<string, string> = BEARER) =>
  fetch(`${admin}/revocations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const statusOf = async (url: string, claims: Parameters<typeof token>[0]) =>
  (await ask(`${url}/orders/1`, { authorization: `Bearer ${token(claims)}` })).status

t.test(
  'a token, a session, a subject and a client are revoked by POST, counted by GET and given back by DELETE',
  async t => {
    const upstream = await listenUpstream(t, (_request, response) => response.end('fine'))
    const { url, admin, log } = await start(t, guarded(upstream))
    const now = Math.floor(Date.now() / 1000)
    const rows = [
      [{ jti: 'hunter2' }, { jti: 'hunter2' }, { jti: 'other' }],
      [{ sid: 's1' }, { sid: 's1' }, { sid: 's2' }],
      [{ client_id: 'web', issuer: 'main' }, { client_id: 'web' }, { client_id: 'mobile' }],
      [
        { sub: 'carol', issuer: ISSUER, before: now - 50 },
        { sub: 'carol', iat: now - 60 },
        { sub: 'carol', iat: now - 40 },
      ],
    ] as const
    for (const [revocation, denied, spared] of rows) {
      t.equal(await statusOf(url, denied), 200, JSON.stringify(denied))
      const answer = await post(admin, revocation)
      t.equal(answer.status, 200)
      const { status, until } = (await answer.json()) as { status: string; until: number }
      t.equal(status, 'revoked')
      t.ok(until > now + 86_000 && until < now + 87_000, 'for as long as `revocation.lifetime`')
      t.equal(await statusOf(url, denied), 401, JSON.stringify(denied))
      t.equal(await statusOf(url, spared), 200, JSON.stringify(spared))
    }
    const counted = await (await fetch(`${admin}/revocations`, { headers: BEARER })).text()
    t.same(JSON.parse(counted), {
      total: 4,
      most: 100_000,
      issuers: [
        { issuer: null, jti: 1, sid: 1, sub: 0, client_id: 0 },
        { issuer: 'main', jti: 0, sid: 0, sub: 1, client_id: 1 },
      ],
    })
    t.notMatch(counted + log(), /hunter2|carol|correct-horse/)

    const lift = (query: string) => fetch(`${admin}/revocations?${query}`, { method: 'DELETE', headers: BEARER })
    t.equal((await lift('sub=carol')).status, 404, 'of every issuer nothing was revoked')
    t.equal((await lift(`sub=carol&issuer=${encodeURIComponent(ISSUER)}`)).status, 200)
    t.equal((await lift('sub=carol&issuer=main')).status, 404)
    t.equal(await statusOf(url, { sub: 'carol', iat: now - 60 }), 200)
    t.match(await (await fetch(`${admin}/revocations`, { headers: BEARER })).json(), { total: 3 })

    t.match(await (await post(admin, { sub: 'dave', until: now + 600 })).json(), { until: now + 600 })
    t.equal((await post(admin, { sub: 'dave', until: now - 1 })).status, 200, 'what is over at once may be said')
  },
)

t.test('without the secret nothing is told and nothing is done', async t => {
  const upstream = await listenUpstream(t, (_request, response) => response.end('fine'))
  const { url, admin, log } = await start(t, guarded(upstream))
  const wrong = [
    undefined,
    '',
    SECRET,
    'Bearer',
    'Bearer ',
    `Bearer ${SECRET}x`,
    `Bearer ${SECRET.slice(0, -1)}`,
    `Bearer ${SECRET.toUpperCase()}`,
    `Basic ${Buffer.from(SECRET).toString('base64')}`,
    `Bearer ${SECRET}, Bearer ${SECRET}`,
  ]
  for (const authorization of wrong) {
    for (const method of ['GET', 'POST', 'DELETE', 'PUT']) {
      const answer = await fetch(`${admin}/revocations?sub=alice`, {
        method,
        headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
        ...(method === 'POST' ? { body: '{"sub":"alice"}' } : {}),
      })
      t.equal(answer.status, 401, `${method} ${authorization}`)
      t.match(answer.headers.get('www-authenticate'), /^Bearer realm="gatehouse admin"/)
      t.notMatch(await answer.text(), /alice|horse/)
    }
  }
  t.equal(await statusOf(url, { sub: 'alice' }), 200)
  t.match(log(), /"msg":"admin request refused"/)
  t.notMatch(log(), /horse/)
  t.equal((await fetch(`${admin}/revocations`, { method: 'HEAD', headers: BEARER })).status, 200)
  t.equal((await fetch(`${url}/revocations`, { headers: BEARER })).status, 404, 'the gateway itself has no such page')
})

t.test('who writes no secret has no such page', async t => {
  const upstream = await listenUpstream(t, (_request, response) => response.end('fine'))
  const { url, admin } = await start(t, configurationFor(upstream))
  for (const headers of [{}, BEARER, { authorization: 'Bearer undefined' }, { authorization: 'Bearer ' }]) {
    t.equal((await post(admin, { sub: 'alice' }, headers)).status, 404)
  }
  t.notMatch(await (await fetch(`${admin}/`)).text(), /revocations/)
  t.equal(await statusOf(url, { sub: 'alice' }), 200)
})

t.test('what is no revocation is told by its member', async t => {
  const upstream = await listenUpstream(t, (_request, response) => response.end('fine'))
  const { admin } = await start(t, guarded(upstream))
  const wrong: [unknown, number, RegExp][] = [
    ['', 400, /no JSON/],
    ['{', 400, /no JSON/],
    ['[]', 400, /no JSON object/],
    ['null', 400, /no JSON object/],
    [{}, 400, /exactly one of jti, sid, sub and client_id/],
    [{ sub: 'a', jti: 'b' }, 400, /exactly one/],
    [{ sub: '' }, 400, /^sub: is no text/],
    [{ sub: ['a'] }, 400, /^sub: is no text/],
    [{ sub: 'a', before: '1' }, 400, /^before: is no time/],
    [{ sub: 'a', until: -1 }, 400, /^until: is no time/],
    [{ sub: 'a', issuer: 'nobody' }, 400, /^issuer: is not configured/],
    [{ sub: 'a', issuer: 1 }, 400, /^issuer: is no text/],
    [{ sub: 'a', token: 'hunter2' }, 400, /^token: is not known/],
    [' '.repeat(16_385), 413, /too large/],
  ]
  for (const [body, status, sentence] of wrong) {
    const answer = await post(admin, body)
    t.equal(answer.status, status, JSON.stringify(body).slice(0, 80))
    t.match(await answer.json(), { status: sentence })
  }
  const form = await post(admin, 'sub=alice', { ...BEARER, 'content-type': 'application/x-www-form-urlencoded' })
  t.equal(form.status, 415)
  const lift = (query: string) => fetch(`${admin}/revocations${query}`, { method: 'DELETE', headers: BEARER })
  for (const query of ['', '?', '?sub=a&sub=b', '?sub=a&jti=b', '?sub=', '?all=1', '?sub=a&issuer=nobody']) {
    t.equal((await lift(query)).status, 400, query)
  }
  const put = await fetch(`${admin}/revocations`, { method: 'PUT', headers: BEARER })
  t.equal(put.status, 405)
  t.equal(put.headers.get('allow'), 'GET, HEAD, POST, DELETE')
})

t.test('an unfit secret is refused, a fit one is not shown', async t => {
  const configuration = configurationFor('http://127.0.0.1:9')
  for (const secret of ['', 'short', 1, null, ['a'.repeat(16)], `${'a'.repeat(15)} `, 'ä'.repeat(16)]) {
    const judged = judge(t, { ...configuration, admin: { port: 0, secret } })
    t.match(judged, { ok: false, problems: [{ path: 'admin.secret' }] }, JSON.stringify(secret))
    t.notMatch(JSON.stringify(judged), /ä|aaaa/)
  }
  const judged = judge(t, { ...configuration, admin: { port: 0, secret: SECRET } })
  t.match(judged, { ok: true, configuration: { shown: { admin: { secret: '[redacted]' } } } })
})

t.test('without room it is 503, and 202 where a process has not said that it heard', async t => {
  const answers = [undefined, { until: 5, isEverywhere: false }]
  const sources = {
    readiness: () => ({ state: 'ready' as const, details: {} }),
    metrics: () => Promise.reject(new Error('nobody asks')),
    revocations: { revoke: async () => answers.shift(), lift: async () => false, inForce: () => [] },
  }
  const settings = parseSettings(undefined, { port: 0, secret: SECRET })
  const server = createAdmin(sources, settings, createLogTo({ write: () => undefined }, 'silent'))
  t.teardown(() => closeAdmin(server))
  const admin = `http://127.0.0.1:${await listen(server, { host: '127.0.0.1', port: 0 })}`
  const full = await post(admin, { sub: 'alice' })
  t.equal(full.status, 503)
  t.equal(full.headers.get('retry-after'), '60')
  const unheard = await post(admin, { sub: 'alice' })
  t.equal(unheard.status, 202)
  t.same(await unheard.json(), { status: 'accepted', until: 5 })
})
