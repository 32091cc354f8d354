import { readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { Agent, createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMockProvider, type MockProvider } from '@gatehouse/mock-provider'
import t from 'tap'
import { ask, createChance, pick, type Reply, troubleProvider } from '../src/chaos.ts'
import { freePort, runCommand, untilAnswers } from '../src/processes.ts'

const SECONDS = Number(process.env.CHAOS_SECONDS ?? 20)
const SEED = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 32))
const A_SECOND = 500
const API = 'https://api.example.com'

type Kind = 'hot' | 'fresh' | 'opaque' | 'expired' | 'forged' | 'stranger' | 'unscoped' | 'none'

/** What may be answered, whatever fails at that moment. 502, 504 and a cut connection are the upstream's; 503 is the provider's. */
const ALLOWED: Readonly<Record<Kind, ReadonlySet<number>>> = {
  hot: new Set([200, 502, 504, 0]),
  fresh: new Set([200, 502, 503, 504, 0]),
  opaque: new Set([200, 502, 503, 504, 0]),
  expired: new Set([401]),
  forged: new Set([401, 503]),
  stranger: new Set([401, 503]),
  unscoped: new Set([403, 503]),
  none: new Set([401]),
}

async function startUpstream(chance: () => number, calm: () => boolean): Promise<{ url: string; close: () => void }> {
  const trouble: readonly ((response: ServerResponse) => void)[] = [
    response => void response.destroy(),
    response => void setTimeout(() => response.end('late'), 200),
    response => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('cut')
      setTimeout(() => response.destroy(), 5)
    },
  ]
  const server = createServer((request, response) => {
    request.resume()
    if (calm() || chance() > 0.02) response.end('{"ok":true}')
    else pick(chance, trouble)(response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const minted = async (provider: MockProvider, request: Parameters<MockProvider['mint']>[0]): Promise<string> =>
  (
    await provider.mint({
      sub: 'alice',
      client_id: 'demo',
      scope: 'orders:read',
      audience: API,
      lifetime: '2h',
      ...request,
    })
  ).token

const residentMebibytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

t.test(
  `chaos for ${SECONDS} s, seed ${SEED}: nothing is wrongly accepted, what is cached is served, and all is well after`,
  { timeout: (SECONDS + 90) * 1000 },
  async t => {
    t.comment(`repeat with CHAOS_SEED=${SEED}`)
    const chance = createChance(SEED)
    let isCalm = false
    const provider = createMockProvider({ seed: 'chaos' })
    const listening = await provider.listen({ port: 0 })
    const upstream = await startUpstream(chance, () => isCalm)
    const agent = new Agent({ keepAlive: true, maxSockets: 64 })
    t.teardown(async () => {
      agent.destroy()
      upstream.close()
      await listening.close()
    })
    const port = await freePort()
    const file = join(await mkdtemp(join(tmpdir(), 'gatehouse-chaos-')), 'gatehouse.yaml')
    await writeFile(
      file,
      `
server: { port: ${port} }
admin: false
issuers:
  main:
    issuer: ${listening.url}
    audience: [${API}]
    jwks: { maxAge: 5s, cooldown: 1s }
    introspection: { client: { id: gateway, secret: gateway-secret }, cache: { ttl: 2s, negativeTtl: 1s }, timeout: 1s }
upstreams: { orders: { url: "${upstream.url}", headersTimeout: 2s } }
routes: [{ path: /orders/*, upstream: orders, auth: { scopes: [orders:read] } }]
`,
    )
    const gatehouse = runCommand(t, 'gatehouse', ['run', '-c', file])
    const url = `http://127.0.0.1:${port}/orders/1`
    await untilAnswers(url, gatehouse)
    const pid = gatehouse.child.pid ?? 0

    const hot = await minted(provider, {})
    t.equal((await ask(agent, url, hot)).status, 200, 'all is well before')
    const opaque = await Promise.all(Array.from({ length: 20 }, () => minted(provider, { format: 'opaque' })))
    const [header, payload] = hot.split('.')
    const make: { readonly [K in Kind]: () => string | undefined | Promise<string> } = {
      hot: () => hot,
      fresh: () => minted(provider, {}),
      opaque: () => pick(chance, opaque),
      expired: () => minted(provider, { defect: 'expired' }),
      forged: () => `${header}.${payload}.${Buffer.from(String(chance())).toString('base64url').padEnd(342, 'A')}`,
      stranger: () => minted(provider, { header: { kid: `stranger-${chance()}` } }),
      unscoped: () => minted(provider, { scope: 'other' }),
      none: () => undefined,
    }
    const kinds: readonly Kind[] = [
      'hot',
      'hot',
      'hot',
      'hot',
      'fresh',
      'opaque',
      'opaque',
      'expired',
      'forged',
      'stranger',
      'unscoped',
      'none',
    ]
    const tally = new Map<string, number>()
    const wrong: string[] = []
    const pending = new Set<Promise<void>>()
    const shoot = async (kind: Kind): Promise<void> => {
      const reply: Reply = await ask(agent, url, await make[kind]())
      const key = `${kind} ${reply.status} ${reply.code ?? ''}`
      tally.set(key, (tally.get(key) ?? 0) + 1)
      if (!ALLOWED[kind].has(reply.status)) wrong.push(key)
    }
    const send = (kind: Kind): void => {
      const shot = shoot(kind).finally(() => pending.delete(shot))
      pending.add(shot)
    }

    const began = performance.now()
    let sent = 0
    let settled = 0
    while (performance.now() - began < SECONDS * 1000) {
      const due = Math.floor(((performance.now() - began) / 1000) * A_SECOND)
      for (; sent < due && pending.size < 2000; sent++) send(pick(chance, kinds))
      if (chance() < 0.2) troubleProvider(provider, chance)
      if (settled === 0 && performance.now() - began > (SECONDS * 1000) / 3) settled = residentMebibytes(pid)
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    await Promise.all(pending)
    isCalm = true
    provider.faults.clear()
    for (const [key, count] of [...tally].sort()) t.comment(`${String(count).padStart(6)}  ${key}`)
    t.same(wrong, [], 'no answer was wrong')
    t.ok((tally.get('hot 200 ') ?? 0) > sent / 6, 'most of what is good was served')

    // The stated bounds: a failing issuer is asked again after at most ten seconds.
    const deadline = Date.now() + 15_000
    for (const kind of ['fresh', 'opaque', 'hot'] as const) {
      let reply = await ask(agent, url, await make[kind]())
      while (reply.status !== 200 && Date.now() < deadline) {
        await new Promise(resolve => setTimeout(resolve, 200))
        reply = await ask(agent, url, await make[kind]())
      }
      t.equal(reply.status, 200, `${kind} is served once the faults are gone`)
    }
    const after = residentMebibytes(pid)
    t.comment(
      `resident: ${settled.toFixed(0)} MiB after a third, ${after.toFixed(0)} MiB after the end, ${sent} requests`,
    )
    t.ok(after < settled * 1.1 + 40, 'memory does not grow with the requests')
    t.equal(gatehouse.child.exitCode, null, 'the gateway never needed a restart')
  },
)
