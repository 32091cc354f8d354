import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { Connection, ownerOf, type Reply } from '../src/kill/connection.ts'
import { type Answer, startLanes, type Target } from '../src/kill/lanes.ts'
import { FROM_SOURCE, freePort } from '../src/programs.ts'
import { type Running, startProcess, untilAnswers } from '../src/soak/process.ts'
import { startGateway, startProvider } from '../src/soak/stage.ts'
import { API } from '../src/soak/wallet.ts'

const UPSTREAM = fileURLToPath(new URL('../src/kill/upstream.ts', import.meta.url))
const LANES = 8

async function startUpstream(t: Test, port: number): Promise<Running> {
  const running = startProcess(t, [...FROM_SOURCE, UPSTREAM], [String(port)])
  await untilAnswers(`http://127.0.0.1:${port}/`, running)
  return running
}

const textOf = async (url: string): Promise<string> => (await fetch(url)).text()

/** Seconds in which whatever was killed is made up for; starting a process on a busy machine is most of it. */
const BOUND = 30

/** Looks until it is so; milliseconds that it took. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<number> {
  const began = performance.now()
  while (!(await isSo())) {
    if (performance.now() - began > BOUND * 1000) throw new Error(`not so after ${BOUND} s: ${isSo}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  return Math.round(performance.now() - began)
}

/** Every series of every counter that /metrics has. */
async function readCounters(admin: string): Promise<Map<string, number>> {
  const text = await textOf(`${admin}/metrics`)
  const names = new Set([...text.matchAll(/^# TYPE (gatehouse_\S+) (?:counter|histogram)$/gm)].map(([, name]) => name))
  return new Map(
    text
      .split('\n')
      .map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))] as const)
      .filter(
        ([series]) =>
          names.has(series.replace(/\{.*/, '').replace(/_(?:bucket|sum|count)$/, '')) ||
          names.has(series.replace(/\{.*/, '')),
      ),
  )
}

const fallen = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string[] =>
  [...before].filter(([series, value]) => (after.get(series) ?? 0) < value).map(([series]) => series)

/** Answers by target, status and code. */
function tally(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { target, status, code } of answers) {
    const key = `${target} ${status} ${code}`.trim()
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

t.test(
  'a worker, the provider and the upstream are killed in turn under load, and the gateway needs no restart',
  { timeout: 240_000 },
  async t => {
    const upstreamPort = await freePort()
    let upstream = await startUpstream(t, upstreamPort)
    let provider = await startProvider(t)
    const { control } = provider
    const { gateway, origin, admin } = await startGateway(t, control, `http://127.0.0.1:${upstreamPort}`, {
      workers: 2,
      headersTimeout: '5m',
    })
    const mint = async (tenant: 'main' | 'stale', format: 'jwt' | 'opaque', lifetime = '2h'): Promise<string> =>
      (await control.mint(tenant, { format, lifetime, sub: 'alice', scope: 'orders:read', audience: API })).token
    const hot = { name: 'hot', url: `${origin}/main`, token: await mint('main', 'jwt') }
    const stale = { name: 'stale', url: `${origin}/stale`, token: await mint('stale', 'opaque') }
    const opaque = { name: 'opaque', url: `${origin}/main`, token: await mint('main', 'opaque') }
    const ask = async ({ url, token }: Target): Promise<Reply> => {
      const connection = new Connection()
      const reply = await connection.ask(url, token)
      connection.close()
      return reply
    }
    const workers = async (): Promise<number[]> => JSON.parse(await textOf(`${admin}/readyz`)).workers.listening
    /** On connections of their own, so that both workers are asked. */
    const statuses = async (target: Target): Promise<string[]> =>
      (await Promise.all(Array.from({ length: LANES }, () => ask(target)))).map(({ status, code }) =>
        `${status} ${code}`.trim(),
      )
    const all = (answer: string): string[] => new Array<string>(LANES).fill(answer)

    for (const target of [hot, stale, opaque]) t.same(await statuses(target), all('200'), `${target.name} is served`)
    const lanes = startLanes(LANES, [hot, stale])
    t.teardown(() => lanes.stop())
    let counters = await readCounters(admin)
    const noneHasFallen = async (t: Test): Promise<void> => {
      const now = await readCounters(admin)
      t.ok(counters.size > 10, 'there are counters')
      t.same(fallen(counters, now), [], 'no counter has fallen')
      counters = now
    }

    await t.test('a killed worker takes the requests on its own connections with it, and no others', async t => {
      const before = await workers()
      const [victim = 0] = before
      const port = Number(new URL(origin).port)
      const holders = Array.from({ length: LANES }, () => new Connection())
      const held = holders.map(holder => holder.ask(`${origin}/main?hold`, hot.token))
      await until(async () => (await textOf(`http://127.0.0.1:${upstreamPort}/held`)) === String(LANES))
      const isDoomed = (clientPort: number): boolean => ownerOf(clientPort, port, before) === victim
      const doomed = holders.map(holder => isDoomed(holder.port))
      t.same([...new Set(doomed)].sort(), [false, true], 'both workers have some of them')
      const doomedLanes = lanes.ports.map(isDoomed)
      lanes.take()
      process.kill(victim, 'SIGKILL')
      const cut = await Promise.all(held.filter((_, index) => doomed[index]))
      t.ok(
        cut.every(({ status }) => status === 0),
        `${cut.length} requests were cut`,
      )
      const replaced = await until(async () => {
        const now = await workers()
        return now.length === 2 && !now.includes(victim)
      })
      t.comment(`replaced after ${replaced} ms`)
      t.ok((await workers()).includes(before[1] ?? 0), 'the other went on')
      for (const target of [hot, stale, opaque]) t.same(await statuses(target), all('200'), `${target.name} is served`)
      await textOf(`http://127.0.0.1:${upstreamPort}/release`)
      const spared = await Promise.all(held.filter((_, index) => !doomed[index]))
      t.ok(
        spared.every(({ status }) => status === 200),
        `${spared.length} requests of the other worker were finished`,
      )
      const answers = lanes.take()
      const failed = answers.filter(({ status }) => status !== 200)
      t.comment(JSON.stringify(tally(answers)))
      t.ok(answers.length > failed.length)
      t.same(
        failed.filter(({ lane, status }) => status !== 0 || doomedLanes[lane] !== true),
        [],
        'nothing else failed',
      )
      t.ok(failed.length <= 2 * doomedLanes.filter(Boolean).length, 'a client that was cut was cut once, or twice')
      for (const holder of holders) holder.close()
      await noneHasFallen(t)
    })

    await t.test(
      'while the provider is dead, what is known is served and nobody is told that a token is bad',
      async t => {
        const unseen = { ...hot, name: 'unseen', token: await mint('main', 'jwt') }
        const brief = { ...hot, name: 'brief', token: await mint('main', 'jwt', '1s') }
        lanes.take()
        await provider.running.end()
        t.same(await statuses(unseen), all('200'), 'a token that was never seen, by keys that are known')
        // Each worker has a memory of its own.
        await until(async () => (await statuses(opaque)).every(status => !status.startsWith('200')))
        const outage = await ask(opaque)
        t.match(outage, { status: 503, code: 'issuer_unavailable', retryAfter: /^\d+$/ })
        await until(async () => (await ask(brief)).status === 401)
        t.equal((await ask(brief)).code, 'token_expired', 'an outage makes no old token good')
        t.same(await statuses(hot), all('200'))
        t.same(await statuses(stale), all('200'), 'where old answers are to be used')
        const answers = lanes.take()
        t.same(
          Object.keys(tally(answers)).sort(),
          ['hot 200', 'stale 200'],
          `${answers.length} answers, none but these`,
        )
        provider = await startProvider(t, provider.port)
        // It forgot what it had issued, and from its seed issues the same again.
        t.equal(await mint('main', 'opaque'), opaque.token)
        t.equal(await mint('stale', 'opaque'), stale.token)
        const back = await until(async () => (await statuses(opaque)).every(status => status === '200'))
        t.comment(`asked again ${back} ms after it was back`)
        await until(async () => (await statuses(stale)).every(status => status === '200'))
        t.same(await statuses(hot), all('200'))
        await noneHasFallen(t)
      },
    )

    await t.test('while the upstream is dead the answer is 502, and it is used again once it is back', async t => {
      lanes.take()
      await upstream.end()
      await until(async () => (await ask(hot)).status === 502)
      t.equal((await ask(hot)).code, 'upstream_unreachable')
      t.same(await statuses(hot), all('502 upstream_unreachable'))
      t.equal((await ask({ ...hot, token: `${hot.token}x` })).status, 401, 'who has no good token is told so')
      const dead = lanes.take()
      t.ok(
        dead.every(({ status }) => [200, 502].includes(status)),
        JSON.stringify(tally(dead)),
      )
      upstream = await startUpstream(t, upstreamPort)
      const back = await until(async () => (await statuses(hot)).every(status => status === '200'))
      t.comment(`reached again ${back} ms after it was back`)
      lanes.take()
      const answers: Answer[] = []
      await until(() => answers.push(...lanes.take()) > 4 * LANES)
      t.same(Object.keys(tally(answers.slice(2 * LANES))).sort(), ['hot 200', 'stale 200'])
      await noneHasFallen(t)
    })

    t.equal(gateway.child.exitCode, null, 'the gateway was never restarted')
    t.notOk(gateway.showsToken(), 'and its log has no token')
  },
)
