import t from 'tap'
import type { Facts } from '../../src/facts.ts'
import type { Outcome } from '../../src/outcome.ts'
import { createIntrospector } from '../../src/token/introspection.ts'
import { digest, json, makeConfig, NOW, playPorts } from '../configs.ts'
import { ACCESS, active, playIntrospector } from './play-introspector.ts'

// lua-resty-openidc #573: 35 parallel requests, 35 introspections.
t.test('fifty parallel questions about one token are one introspection', async t => {
  const { ask, sent } = playIntrospector({}, () => active())
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => ask()))
  t.equal(sent.length, 1)
  t.ok(outcomes.every(outcome => outcome === outcomes[0]))
})

t.test('what may not be remembered is shared with those who wait and with nobody after', async t => {
  const { ask, sent } = playIntrospector({ ttl: 0, negativeTtl: 0 }, () => active())
  await Promise.all([ask(), ask(), ask()])
  t.equal(sent.length, 1)
  await ask()
  t.equal(sent.length, 2)
})

t.test('a verdict that is remembered is answered without a promise', async t => {
  const { ask, introspector } = playIntrospector({}, () => active())
  const first = await ask()
  t.equal(introspector.introspect('opaque', digest('opaque')), first)
})

t.test('an active answer is remembered for its ttl', async t => {
  const { ask, sent, clock } = playIntrospector({}, () => active())
  await ask()
  clock.now += 29.9
  await ask()
  t.equal(sent.length, 1)
  clock.now += 0.1
  await ask()
  t.equal(sent.length, 2)
})

t.test('an active answer is never remembered past exp', async t => {
  const { ask, codeOf, sent, clock } = playIntrospector({}, () => active({ exp: NOW + 10 }))
  await ask()
  clock.now += 9.9
  await ask()
  t.equal(sent.length, 1)
  clock.now += 0.1
  await codeOf()
  t.equal(sent.length, 2)
})

t.test('an answer that is over already is remembered not at all', async t => {
  const { ask, sent } = playIntrospector({}, () => active({ exp: 0 }))
  const outcome = await ask()
  t.match(outcome, { ok: true, value: { validUntil: 0 } }, 'time is judged by the policy')
  await ask()
  t.equal(sent.length, 2)
})

t.test('a token that is not active is remembered for negativeTtl, exp or none', async t => {
  const { codeOf, sent, clock } = playIntrospector({}, () => json({ active: false }))
  t.equal(await codeOf(), 'token_inactive')
  clock.now += 4.9
  t.equal(await codeOf(), 'token_inactive')
  t.equal(sent.length, 1)
  clock.now += 0.1
  await codeOf()
  t.equal(sent.length, 2)
})

t.test('0s turns the memory of refusals off and leaves the other on', async t => {
  const refusals = playIntrospector({ negativeTtl: 0 }, () => json({ active: false }))
  await refusals.ask()
  await refusals.ask()
  t.equal(refusals.sent.length, 2)
  const answers = playIntrospector({ negativeTtl: 0 }, () => active())
  await answers.ask()
  await answers.ask()
  t.equal(answers.sent.length, 1)
})

t.test('a flood of bad tokens pushes out no good one', async t => {
  const { ask, sent } = playIntrospector({ entries: 10 }, ({ form }) =>
    form.get('token') === 'good' ? active() : json({ active: false }),
  )
  await ask('good')
  for (let i = 0; i < 100; i++) await ask(`bad ${i}`)
  t.equal(sent.length, 101)
  await ask('good')
  t.equal(sent.length, 101)
  await ask('bad 0')
  t.equal(sent.length, 102, 'and the memory of bad ones is bounded')
})

t.test('an answer that names another issuer or describes a refresh token is a refusal, and remembered', async t => {
  const foreign = playIntrospector({}, () => active({ iss: 'https://evil.example.com' }))
  t.equal(await foreign.codeOf(), 'issuer_unknown')
  t.equal(await foreign.codeOf(), 'issuer_unknown')
  t.equal(foreign.sent.length, 1)
  const refresh = playIntrospector({ tokenType: 'present' }, () => active())
  t.equal(await refresh.codeOf(), 'token_type_mismatch')
})

t.test('JSON is read whatever its Content-Type says', async t => {
  const { codeOf } = playIntrospector({}, () => json({ active: true }, 200, 'text/html'))
  t.equal(await codeOf(), 'ok')
})

// Oathkeeper CVE-2026-33496: the cache knew the token only, so one issuer's answer stood for another's.
t.test('two issuers that know one token string are never mixed up', async t => {
  const [a, b] = [playIntrospector({}, () => active()), playIntrospector({}, () => json({ active: false }))]
  t.equal(await a.codeOf(), 'ok')
  t.equal(await b.codeOf(), 'token_inactive')
  t.equal(await a.codeOf(), 'ok')
})

t.test('an issuer without introspection has no introspector', async t => {
  const { ports } = playPorts(() => active())
  t.throws(() => createIntrospector(makeConfig({ introspection: undefined }), ACCESS, ports), TypeError)
})

t.test('who listens to health may be nobody', async t => {
  const { ports } = playPorts(() => active())
  const introspector = createIntrospector(makeConfig(), ACCESS, ports)
  const outcome: Outcome<Facts> = await introspector.introspect('x', digest('x'))
  t.ok(outcome.ok)
})
