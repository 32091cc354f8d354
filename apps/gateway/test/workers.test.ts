import t from 'tap'
import {
  AUDIENCE,
  ask,
  configurationFor,
  listenUpstream,
  logoutToken,
  pidsOf,
  publishedKey,
  runConfiguration,
  token,
} from './gatehouse.ts'

const readMetric = async (admin: string, line: string): Promise<number> => {
  const { body } = await ask(`${admin}/metrics`)
  return Number(
    body
      .split('\n')
      .find(each => each.startsWith(`${line} `))
      ?.slice(line.length + 1) ?? Number.NaN,
  )
}

t.test(
  'several processes are one gateway: one line, one port, one set of metrics, and one question to an issuer',
  async t => {
    const asked: string[] = []
    const issuer = await listenUpstream(t, (request, response) => {
      asked.push(request.url ?? '')
      response.end(
        JSON.stringify(
          request.url === '/jwks'
            ? keySet
            : { issuer: `http://${request.headers.host}`, jwks_uri: `http://${request.headers.host}/jwks` },
        ),
      )
    })
    const keySet = { keys: [publishedKey] }
    const upstream = await listenUpstream(t, (_request, response) => response.end('fine'))
    const configuration = {
      ...configurationFor(upstream, { workers: 2 }),
      issuers: { main: { issuer, audience: 'unchecked', tokens: 'jwt' } },
    }
    const { child, url, admin } = await runConfiguration(t, configuration)
    t.equal((await pidsOf(admin)).length, 2)
    const headers = { authorization: `Bearer ${token({ iss: issuer })}` }
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask(`${url}/orders/1`, headers)))
    t.ok(answers.every(({ status }) => status === 200))
    t.same(asked, ['/.well-known/openid-configuration', '/jwks'], 'not once a worker')
    t.match(JSON.parse((await ask(`${admin}/readyz`)).body), {
      status: 'ready',
      issuers: [{ name: 'main', state: 'ready' }],
    })

    const forwarded = 'gatehouse_requests_total{route="/orders/*",outcome="forwarded",status="200",code="none"}'
    t.equal(await readMetric(admin, forwarded), 12)
    t.equal(await readMetric(admin, forwarded), 12, 'looking twice does not count twice')
    t.equal(await readMetric(admin, 'gatehouse_provider_requests_total{kind="jwks",outcome="2xx"}'), 1)
    t.equal(await readMetric(admin, 'gatehouse_workers'), 2)
    t.ok((await readMetric(admin, 'process_resident_memory_bytes')) > 100_000_000)

    await Promise.all(Array.from({ length: 200 }, () => ask(`${url}/nowhere`)))
    child.process.kill('SIGTERM')
    t.same(await child.ended, { code: 0, signal: null })
    t.equal(child.output.err, '')
    const own = child.lines().filter(line => !('worker' in line))
    t.same(
      own.map(({ msg }) => msg),
      ['listening', 'draining', 'stopped'],
    )
    t.match(own[0], { url, workers: 2 })
    const refusals = child.lines().filter(({ code }) => code === 'route_not_found')
    t.equal(refusals.length, 200, 'lines of several workers are never mixed')
    t.same([...new Set(refusals.map(({ worker }) => worker))].sort(), [1, 2], 'and say whose they are')
  },
)

t.test('a worker that is killed under load is replaced, and no counter falls', async t => {
  const upstream = await listenUpstream(t, (_request, response) => response.end('fine'))
  const { child, url, admin } = await runConfiguration(t, configurationFor(upstream, { workers: 2 }))
  const forwarded = 'gatehouse_requests_total{route="/health",outcome="forwarded",status="200",code="none"}'
  for (let i = 0; i < 20; i++) await ask(`${url}/health`)
  t.equal(await readMetric(admin, forwarded), 20)
  const before = await pidsOf(admin)
  let isLoaded = true
  let failures = 0
  const load = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (isLoaded) {
        const answer = await ask(`${url}/health`).catch(() => undefined)
        if (answer?.status !== 200) failures += 1
      }
    }),
  )
  process.kill(before[0] ?? 0, 'SIGKILL')
  await child.line('worker replaced')
  isLoaded = false
  await load
  t.ok(failures <= 8, `${failures} requests failed`)
  t.match(
    child.lines().filter(({ msg }) => msg === 'worker died'),
    [{ pid: before[0], signal: 'SIGKILL' }],
  )
  const after = await pidsOf(admin)
  t.equal(after.length, 2)
  t.notOk(after.includes(before[0] ?? 0))
  t.ok(after.includes(before[1] ?? 0), 'the other went on')
  t.ok((await readMetric(admin, forwarded)) >= 20)
  t.equal(await readMetric(admin, 'gatehouse_worker_restarts_total'), 1)
  t.equal((await ask(`${admin}/readyz`)).status, 200)

  for (const pid of after) process.kill(pid, 'SIGKILL')
  const recovered = async () => (await ask(`${url}/health`).catch(() => ({ status: 0 }))).status === 200
  while (!(await recovered())) await new Promise(resolve => setImmediate(resolve))
  t.pass('all of them at once, too, and the port is the same')

  child.process.kill('SIGKILL')
  // The workers hold its standard error: that is closed when the last of them is gone.
  t.same(await child.ended, { code: null, signal: 'SIGKILL' }, 'without the primary they go')
})

t.test('a logout that one worker hears of counts in all, and in those that start later', async t => {
  const upstream = await listenUpstream(t, (_request, response) => response.end('fine'))
  const configuration = configurationFor(upstream, { workers: 2 })
  Object.assign(configuration.issuers.main, { revocation: { audience: AUDIENCE } })
  const { child, url, admin } = await runConfiguration(t, configuration)
  const as = async (sub: string) => {
    const headers = { authorization: `Bearer ${token({ sub })}` }
    return (await Promise.all([1, 2, 3, 4].map(() => ask(`${url}/orders/1`, headers)))).map(({ status }) => status)
  }
  t.same(await as('alice'), [200, 200, 200, 200])
  const told = await fetch(`${url}/.well-known/gatehouse/backchannel-logout`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: logoutToken('alice') }),
  })
  t.equal(told.status, 200)
  // Asked after the first has told the primary, and again after the primary has told the other.
  await pidsOf(admin)
  await pidsOf(admin)
  t.same(await as('alice'), [401, 401, 401, 401])
  t.same(await as('bob'), [200, 200, 200, 200])
  for (const pid of await pidsOf(admin)) process.kill(pid, 'SIGKILL')
  await child.line('worker replaced', 2)
  t.same(await as('alice'), [401, 401, 401, 401])
})
