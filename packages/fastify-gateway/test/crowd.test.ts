import Fastify, { type FastifyReply } from 'fastify'
import t, { type Test } from 'tap'
import type { Entrance, Waiting } from '../src/entrance.ts'
import { compileGateway } from '../src/gateway.ts'
import { createGuard } from '../src/guard.ts'
import { issuers, mint, openWorld } from './world.ts'

/** A gateway in which 67 of those that come at once find a place: 64 begin, and three may wait. */
async function openNarrow(t: Test) {
  const routes = [
    { path: '/a', upstream: 'api', auth: {} },
    { path: '/open', upstream: 'api', auth: 'public' },
  ] as const
  const world = await openWorld({ routes, limits: { waiting: 3 } })
  t.teardown(world.close)
  /** As many come at once, with this token; what becomes of them. */
  return async (url: string, token: string | undefined, count: number) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const answers = await Promise.all(Array.from({ length: count }, () => world.app.inject({ url, headers })))
    const tally: Record<string, number> = {}
    for (const { statusCode, payload } of answers) {
      const name = statusCode === 200 ? '200' : `${statusCode} ${JSON.parse(payload).code}`
      tally[name] = (tally[name] ?? 0) + 1
    }
    return { answers, tally }
  }
}

t.test('a request for which there is no room is 503 with Retry-After, and the others are served', async t => {
  const come = await openNarrow(t)
  const { answers, tally } = await come('/a', mint(), 70)
  t.same(tally, { '200': 67, '503 overloaded': 3 })
  for (const { headers, payload } of answers.filter(({ statusCode }) => statusCode === 503)) {
    t.match(headers, { 'retry-after': '1', 'content-type': 'application/problem+json' })
    t.match(JSON.parse(payload), { code: 'overloaded', status: 503, traceId: /^[0-9a-f]{32}$/ })
  }
  t.same((await come('/open', undefined, 70)).tally, { '200': 67, '503 overloaded': 3 })
})

t.test(
  'a token that is bad at a glance, none at all and a path to nowhere are told so even where there is no room',
  async t => {
    const come = await openNarrow(t)
    t.same((await come('/a', undefined, 200)).tally, { '401 credential_missing': 200 })
    t.same((await come('/a', mint({ exp: 1 }), 200)).tally, { '401 token_expired': 200 })
    t.same((await come('/a', mint({ iss: 'https://evil.example' }), 200)).tally, { '401 issuer_unknown': 200 })
    t.same((await come('/nowhere', mint(), 200)).tally, { '404 route_not_found': 200 })
  },
)

/** A guard behind an entrance of the test's own, and the answer that it holds back. */
async function openGuard(t: Test, entrance: Partial<Entrance>) {
  const upstreams = { api: { url: 'http://127.0.0.1:9' } }
  const routes = [{ path: '/a', upstream: 'api', auth: {} }] as const
  const site = { origin: () => undefined, prefix: '', needsAuthority: () => false }
  const gateway = compileGateway({ issuers, upstreams, routes }, site)
  const judged = t.capture(gateway.verifier, 'authenticate', gateway.verifier.authenticate)
  const held: FastifyReply[] = []
  const app = Fastify()
  app.addHook('onRequest', async (_request, reply) => void held.push(reply))
  app.get('/a', {
    onRequest: createGuard(
      { ...gateway, entrance: { passes: () => false, excuse() {}, ...entrance } as Entrance },
      {
        prefix: '',
        methods: ['GET'],
      },
    ),
    handler: () => Promise.reject(new Error('nobody gets here')),
  })
  t.teardown(async () => {
    gateway.close()
    await app.close()
  })
  const headers = { authorization: `Bearer ${mint({ exp: 1 })}` }
  return { judged, held, come: () => app.inject({ url: '/a', headers }) }
}

t.test('where too many come for some time what is turned away is not looked at', async t => {
  for (const [isCrowded, status] of [
    [false, 401],
    [true, 503],
  ] as const) {
    const { come } = await openGuard(t, { wait: () => false, isCrowded })
    t.equal((await come()).statusCode, status)
  }
})

t.test('nobody is judged who has gone when the turn comes', async t => {
  const turns: Waiting[] = []
  const { come, held, judged } = await openGuard(t, { wait: turn => turns.push(turn) > 0, isCrowded: false })
  const answers = [come().catch(() => undefined), come()]
  while (turns.length < 2) await new Promise(resolve => setImmediate(resolve))
  held[0]?.raw.destroy()
  for (const turn of turns) turn.begin()
  t.equal(judged().length, 1)
  t.equal((await answers[1])?.statusCode, 401)
  await answers[0]
})
