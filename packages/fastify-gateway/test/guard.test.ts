import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { EpochSeconds } from '@gatehouse/protocol'
import { rawRequest } from '@gatehouse/testkit'
import t from 'tap'
import { DECISION_CHANNEL } from '../src/index.ts'
import { ask, bearer, ISSUER, issuers, mint, openWorld } from './world.ts'

const codeOf = (body: string) => JSON.parse(body).code

t.test('credentials', async t => {
  const world = await openWorld({
    routes: [{ path: '/orders/*', upstream: 'api', auth: { scopes: ['orders:read'] } }],
    publicUrl: 'https://api.example.com',
  })
  t.teardown(world.close)
  const { port, upstream } = world

  await t.test('each refusal has its status, code and challenge, and reaches no upstream', async t => {
    const cases = [
      [
        [],
        401,
        'credential_missing',
        /^Bearer scope="orders:read", resource_metadata="https:\/\/api\.example\.com\/\.well-known\/oauth-protected-resource\/orders"$/,
      ],
      [['Authorization: Bearer'], 400, 'credential_malformed', /error="invalid_request"/],
      [[bearer(mint()), bearer(mint())], 400, 'credential_duplicated', /error="invalid_request"/],
      [[bearer('x.y.z')], 401, 'token_malformed', /error="invalid_token"/],
      [[bearer('x'.repeat(9000))], 401, 'token_too_large', /error="invalid_token"/],
      [[bearer(mint({ exp: 1 }))], 401, 'token_expired', /error="invalid_token"/],
      [[bearer(mint({ aud: 'x' }))], 401, 'audience_mismatch', /error="invalid_token"/],
      [[bearer(mint({ scope: 'other' }))], 403, 'scope_missing', /error="insufficient_scope".* scope="orders:read"/],
    ] as const
    for (const [headers, status, code, challenge] of cases) {
      const answer = await rawRequest(port, ask('POST', '/orders/1', [...headers, 'Content-Length: 2'], 'ab'))
      t.equal(answer.status, status, code)
      t.equal(codeOf(answer.body), code)
      t.match(answer.headers['www-authenticate'], challenge)
      t.match(answer.headers['cache-control'], 'no-store')
    }
    t.equal(upstream.seen.length, 0)
  })

  await t.test('a refusal is found in the log by the trace of its caller, and tells no token', async t => {
    const events: unknown[] = []
    const listen = (event: unknown) => events.push(event)
    subscribe(DECISION_CHANNEL, listen)
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
    const token = mint({ scope: '' })
    const answer = await rawRequest(
      port,
      ask('GET', '/orders/1', [bearer(token), `traceparent: 00-${trace}-00f067aa0ba902b7-01`]),
    )
    t.equal(JSON.parse(answer.body).traceId, trace)
    const other = await rawRequest(
      port,
      ask('GET', '/orders/1', [`traceparent: 00-${'0'.repeat(32)}-00f067aa0ba902b7-01`]),
    )
    t.match(JSON.parse(other.body).traceId, /^(?!0{32})[0-9a-f]{32}$/)
    unsubscribe(DECISION_CHANNEL, listen)
    t.match(events[0], {
      outcome: 'refused',
      route: '/orders/*',
      upstream: 'api',
      status: 403,
      code: 'scope_missing',
      traceId: trace,
    })
    t.notMatch(JSON.stringify(events), token.slice(0, 40))
  })

  await t.test('metadata says what a route wants', async t => {
    const answer = await rawRequest(port, ask('GET', '/.well-known/oauth-protected-resource/orders'))
    t.match(answer, { status: 200, headers: { 'content-type': 'application/json' } })
    t.same(JSON.parse(answer.body), {
      resource: 'https://api.example.com/orders',
      authorization_servers: [ISSUER],
      scopes_supported: ['orders:read'],
      bearer_methods_supported: ['header'],
    })
    t.equal((await rawRequest(port, ask('POST', '/.well-known/oauth-protected-resource/orders'))).status, 404)
    t.equal((await rawRequest(port, ask('GET', '/.well-known/oauth-protected-resource'))).status, 404)
  })

  await t.test('pipelined requests are judged one by one', async t => {
    const good = ask('GET', '/orders/1', [bearer(mint())]).replace('Connection: close\r\n', '')
    const bad = ask('GET', '/orders/2')
    const { raw } = await rawRequest(port, good + good + bad)
    t.same(raw.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 401'])
    t.equal(upstream.seen.length, 2)
  })
})

t.test(
  'an issuer that is down is 503 with Retry-After, and a client that leaves meanwhile is not forwarded',
  async t => {
    let answerDiscovery: (response: Response) => void = () => undefined
    const asked = new Promise<void>(resolve => {
      answerDiscovery = () => resolve()
    })
    const world = await openWorld({
      issuers: { main: { issuer: ISSUER, audience: ['a'], jwks: { uri: `${ISSUER}/jwks` } } },
      routes: [{ path: '/*', upstream: 'api', auth: {} }],
      ports: {
        now: () => 1_800_000_000 as EpochSeconds,
        fetch: async () => {
          answerDiscovery(new Response())
          throw new TypeError('fetch failed')
        },
      },
    })
    t.teardown(world.close)
    const answer = await rawRequest(
      world.port,
      ask('GET', '/', [bearer(mint({ aud: 'a', exp: 1_800_000_600, iat: 1_800_000_000 }))]),
    )
    await asked
    t.match(answer, { status: 503, headers: { 'retry-after': /^\d+$/, 'www-authenticate': undefined } })
    t.equal(codeOf(answer.body), 'issuer_unavailable')
    t.match(world.app.gatehouse.status(), [{ name: 'main', state: 'down' }])
  },
)

t.test('a bug is 500 with a constant sentence and forwards nothing', async t => {
  for (const breakage of [
    {
      random: (length: number) => new Uint8Array(length),
      now: () => {
        throw new Error('secret detail')
      },
    },
  ]) {
    const world = await openWorld({ issuers, routes: [{ path: '/*', upstream: 'api', auth: {} }], ports: breakage })
    t.teardown(world.close)
    const answer = await rawRequest(world.port, ask('GET', '/', [bearer(mint())]))
    t.equal(answer.status, 500)
    t.equal(codeOf(answer.body), 'internal_error')
    t.notMatch(answer.raw, 'secret detail')
    t.equal(world.upstream.seen.length, 0)
  }
})
