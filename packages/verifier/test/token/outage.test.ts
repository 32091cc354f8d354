import t from 'tap'
import { accept, refuse } from '../../src/outcome.ts'
import { CREDENTIALS_REFUSED } from '../../src/token/introspection.ts'
import { json, NOW } from '../configs.ts'
import { active, playIntrospector } from './play-introspector.ts'

t.test('an outage is 503 with a reason, is not remembered and heals at once', async t => {
  let up = false
  const { ask, codeOf, health } = playIntrospector({}, () => {
    if (!up) throw new TypeError('connect ECONNREFUSED 10.1.2.3')
    return active()
  })
  const outcome = await ask()
  t.match(outcome, {
    ok: false,
    rejection: {
      code: 'issuer_unavailable',
      issuer: 'main',
      cause: 'the introspection endpoint could not be reached',
      detail: { retryAfter: 1 },
    },
  })
  up = true
  t.equal(await codeOf(), 'ok')
  t.same(health, ['the introspection endpoint could not be reached', 'ready'])
})

t.test('redirects, other statuses, HTML, giants and stalls are outages', async t => {
  const giant = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(16_384).fill(32))
    },
  })
  const answers: [string, () => Response | Promise<Response>][] = [
    ['redirect', () => new Response(null, { status: 302, headers: { location: 'https://evil.example.com' } })],
    ['500', () => new Response('oops', { status: 500 })],
    ['HTML', () => new Response('<html>', { headers: { 'content-type': 'application/json' } })],
    ['giant', () => new Response(giant)],
    ['cut', () => new Response('{"active":tr')],
    ['bytes', () => new Response(new Uint8Array([0xff, 0xfe]))],
    ['no verdict', () => json({ sub: 'alice' })],
    ['string', () => json({ active: 'true' })],
    ['stall', () => new Response(new ReadableStream({ pull: () => new Promise(() => undefined) }))],
    ['silence', () => new Promise<Response>(() => undefined)],
  ]
  for (const [name, answer] of answers) {
    const { codeOf, sent } = playIntrospector({ timeout: 0.05 }, answer)
    t.equal(await codeOf(), 'issuer_unavailable', name)
    t.equal(sent.length, 1, `${name}: asked once`)
  }
})

t.test('credentials of ours that are refused are an outage that says so and is never remembered', async t => {
  let status = 401
  const { ask, codeOf, sent } = playIntrospector({ serveStale: 60, ttl: 1 }, () =>
    status === 401 ? json({}, 401) : active(),
  )
  const outcome = await ask()
  t.match(outcome, { ok: false, rejection: { code: 'issuer_unavailable', cause: CREDENTIALS_REFUSED } })
  status = 200
  t.equal(await codeOf(), 'ok')
  t.equal(sent.length, 2)
})

t.test('an endpoint that is not known yet is an outage in the words of who looked for it', async t => {
  const unknown = refuse({ code: 'issuer_unavailable', cause: 'no discovery', detail: { retryAfter: 7 } })
  const { ask, sent } = playIntrospector(
    {},
    () => active(),
    async () => unknown,
  )
  t.equal(await ask(), unknown)
  t.equal(sent.length, 0)
})

t.test('stale answers bridge an outage for as long as configured and not past exp', async t => {
  let up = true
  const { codeOf, clock } = playIntrospector({ serveStale: 60 }, () => (up ? active({ exp: NOW + 70 }) : json({}, 503)))
  t.equal(await codeOf(), 'ok')
  up = false
  clock.now += 31
  t.equal(await codeOf(), 'ok', 'past ttl')
  clock.now += 38.5
  t.equal(await codeOf(), 'ok', 'just before exp')
  clock.now += 0.5
  t.equal(await codeOf(), 'issuer_unavailable', 'at exp')
})

t.test('stale answers end with serveStale', async t => {
  let up = true
  const { codeOf, clock } = playIntrospector({ serveStale: 60 }, () => (up ? active() : json({}, 503)))
  await codeOf()
  up = false
  clock.now += 89.9
  t.equal(await codeOf(), 'ok')
  clock.now += 0.1
  t.equal(await codeOf(), 'issuer_unavailable')
})

t.test('without serveStale an outage denies what was active before', async t => {
  let up = true
  const { codeOf, clock } = playIntrospector({}, () => (up ? active() : json({}, 503)))
  await codeOf()
  up = false
  clock.now += 30
  t.equal(await codeOf(), 'issuer_unavailable')
})

t.test('a token that was revoked is not brought back by a later outage', async t => {
  let answer = (): Response => active()
  const { codeOf, clock } = playIntrospector({ serveStale: 600 }, () => answer())
  await codeOf()
  clock.now += 31
  answer = () => json({ active: false })
  t.equal(await codeOf(), 'token_inactive')
  clock.now += 6
  answer = () => json({}, 503)
  t.equal(await codeOf(), 'issuer_unavailable')
})

t.test('stale answers do not bridge refused credentials', async t => {
  let status = 200
  const { ask, clock } = playIntrospector({ serveStale: 600 }, () => (status === 200 ? active() : json({}, status)))
  await ask()
  status = 401
  clock.now += 31
  t.match(await ask(), { ok: false, rejection: { cause: CREDENTIALS_REFUSED } })
})

t.test(
  'from the fifth failure in a row a dead endpoint is asked once a second, and found alive within one',
  async t => {
    let up = false
    const { codeOf, sent, clock } = playIntrospector({}, () => (up ? active() : json({}, 503)))
    for (let i = 0; i < 5; i++) await codeOf(`token ${i}`)
    t.equal(sent.length, 5)
    for (let i = 0; i < 100; i++) t.equal(await codeOf(`token ${i}`), 'issuer_unavailable')
    t.equal(sent.length, 6)
    up = true
    clock.now += 0.9
    t.equal(await codeOf('late'), 'issuer_unavailable')
    clock.now += 0.1
    t.equal(await codeOf('late'), 'ok')
    t.equal(await codeOf('later'), 'ok')
  },
)

t.test('a clock that is set back does not lengthen the rest', async t => {
  let up = false
  const { codeOf, clock } = playIntrospector({}, () => (up ? active() : json({}, 503)))
  for (let i = 0; i < 6; i++) await codeOf()
  up = true
  clock.now -= 3600
  t.equal(await codeOf(), 'ok')
})

t.test('a bug on the way rejects, and the next question is asked anew', async t => {
  let calls = 0
  const { ask } = playIntrospector(
    {},
    () => active(),
    async () => {
      calls++
      if (calls === 1) throw new RangeError('bug')
      return accept('https://login.example.com/introspect')
    },
  )
  await t.rejects(ask(), RangeError)
  t.match(await ask(), { ok: true })
})

t.test('no refusal holds the token, the secret or what the issuer wrote', async t => {
  for (const status of [200, 400, 401, 500]) {
    const { ask } = playIntrospector({}, () => new Response('tok3n s3cret page', { status }))
    t.notMatch(JSON.stringify(await ask('tok3n')), /tok3n|s3cret|page/)
  }
})
