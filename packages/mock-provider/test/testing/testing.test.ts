import { AssertionError } from 'node:assert'
import { spawnSync } from 'node:child_process'
import t, { type Test } from 'tap'
import { assertAsked, assertNoFindings, matchers, tapMatchers, tenantFor } from '../../src/testing/index.ts'
import { CALLBACK, CHALLENGE, Journey } from '../journey.ts'

const SAFE = { code_challenge: CHALLENGE, code_challenge_method: 'S256', nonce: 'n' }

t.test('a journey without PKCE has findings, one with it has none', async t => {
  const careless = new Journey()
  await careless.authorize()
  t.throws(() => assertNoFindings(careless.provider), { name: 'AssertionError', message: /pkce_missing.*RFC 9700/s })
  t.doesNotThrow(() => assertNoFindings(careless.provider, { except: ['pkce_missing'] }))
  t.doesNotThrow(() => assertNoFindings(careless.provider, { endpoint: 'token' }))
  const careful = new Journey()
  await careful.authorize(SAFE)
  t.doesNotThrow(() => assertNoFindings(careful.provider))
  t.throws(() => assertNoFindings(careful.provider, { profile: 'fapi2' }), AssertionError)
})

t.test('what was asked is found by endpoint, client, parameters, status, error and number', async t => {
  const journey = new Journey()
  const { provider } = journey
  await journey.token({ grant_type: 'client_credentials', scope: 'a' })
  await journey.token({ grant_type: 'refresh_token', refresh_token: 'none' })
  const asked = { endpoint: 'token', client_id: 'demo', parameters: { grant_type: 'client_credentials', scope: 'a' } }
  assertAsked(provider, { ...asked, status: 200, times: 1 })
  assertAsked(provider.journal, { endpoint: 'token', error: 'invalid_grant', method: 'POST', times: 1 })
  assertAsked(provider, { endpoint: 'token', times: 2 })
  for (const wrong of [
    { ...asked, times: 2 },
    { ...asked, parameters: { scope: 'b' } },
    { ...asked, status: 400 },
    { endpoint: 'userinfo' },
    { endpoint: 'token', client_id: 'web' },
  ])
    t.throws(() => assertAsked(provider, wrong), { name: 'AssertionError', message: /#1 POST token 200 demo/ })
  t.doesNotThrow(() => assertAsked(provider, { endpoint: 'userinfo', times: 0 }))
  t.notMatch(matchers.toHaveAsked(provider, { endpoint: 'userinfo' }).message(), /demo-secret/, 'no secret is shown')
})

t.test('matchers are what expect.extend wants', async t => {
  const { provider } = new Journey()
  t.match(matchers.toHaveNoFindings(provider), { pass: true })
  t.match(matchers.toHaveAsked(provider, { endpoint: 'token' }), { pass: false })
  t.match(matchers.toHaveAsked(provider, { endpoint: 'token' }).message(), /nothing/)
})

t.test('for tap each is one assertion', async t => {
  const journey = new Journey()
  const said: [boolean, string | undefined][] = []
  const fake = { ok: (value: unknown, message?: string) => said.push([value === true, message]) > 0 }
  tapMatchers(t).hasNoFindings(journey.provider)
  await journey.authorize()
  tapMatchers(t).hasAsked(journey.provider, { endpoint: 'authorize', parameters: { redirect_uri: CALLBACK } })
  tapMatchers(fake).hasNoFindings(journey.provider)
  tapMatchers(fake).hasAsked(journey.provider, { endpoint: 'token' })
  t.match(said, [
    [false, /pkce_missing/],
    [false, /should have been asked at least once/],
  ])
})

t.test('take waits for the next request of its kind, and takes each once', async t => {
  const journey = new Journey()
  const { journal } = journey.provider
  await journey.token({ grant_type: 'client_credentials', scope: 'first' })
  const later = Promise.all([
    journal.take({ endpoint: 'token' }),
    journal.take({ endpoint: 'token_endpoint', where: ({ parsed }) => parsed.form.scope === 'third' }),
    journal.take({ endpoint: 'token', client_id: 'demo', timeout: '10s' }),
  ])
  await journey.ask('/jwks')
  await journey.token({ grant_type: 'client_credentials', scope: 'second' })
  await journey.token({ grant_type: 'client_credentials', scope: 'third' })
  const [first, third, second] = await later
  t.match(
    [first, second, third].map(({ parsed }) => parsed.form.scope),
    ['first', 'second', 'third'],
  )
  t.match(await journal.take({ timeout: 0 }), { endpoint: 'jwks', number: 2 })
  t.equal(journal.list().length, 4, 'the journal still has all of them')
})

t.test('take says what was asked instead when its time is over, and refuses what makes no sense', async t => {
  const rings: (() => void)[] = []
  let silenced = 0
  const alarm = (_seconds: number, ring: () => void) => {
    rings.push(ring)
    return () => {
      silenced++
    }
  }
  const journey = new Journey({ ports: { alarm } })
  const { journal } = journey.provider
  await journey.ask('/jwks')
  const late = journal.take({ endpoint: 'token', client_id: 'web', timeout: '2s' })
  rings[0]?.()
  await t.rejects(late, { name: 'TimeoutError', message: /token by web within 2s.*GET jwks 200/ })
  await t.rejects(journal.take({ endpoint: 'token', timeout: 0 }), { name: 'TimeoutError' })
  await t.rejects(journal.take({ endpoint: 'tokn' }), { name: 'TypeError', message: /did you mean token/ })
  await t.rejects(journal.take({ timeout: 'soon' }), { name: 'TypeError', message: /timeout/ })
  const soon = journal.take({ endpoint: 'token' })
  await journey.token({ grant_type: 'client_credentials' })
  await soon
  t.equal(silenced, 1, 'no timer keeps the process')
})

t.test('every test gets a tenant of its own, named for it and gone at its end', async t => {
  const { provider } = new Journey()
  const issuers: string[] = []
  const run = (t: Test) =>
    t.test('Größe & more', async t => {
      const world = tenantFor(t, provider)
      issuers.push(world.issuer)
      world.users.put('carol', {})
      t.equal(provider.tenant(new URL(world.issuer).pathname).users.get('carol')?.sub, 'carol')
    })
  await run(t)
  await run(t)
  t.match(issuers[0], /\/test\/.*gro-e-more$/)
  t.equal(issuers[0], issuers[1], 'the same in every run')
  t.equal(provider.tenant(new URL(issuers[0] ?? '').pathname).users.get('carol'), undefined)
  const [one, two] = [tenantFor(t, provider), tenantFor(t, provider)]
  t.not(one.issuer, two.issuer)
})

t.test('a fixture can insist that its test asks nothing that a strict provider would refuse', async t => {
  const { provider } = new Journey()
  const ends: (() => void)[] = []
  const context = { task: { name: 'of vitest' }, onTestFinished: (end: () => void) => ends.push(end) }
  const world = tenantFor(context, provider, { noFindings: true })
  await provider.fetch(new Request(`${world.issuer}/authorize?client_id=demo&response_type=code`))
  t.throws(() => ends[0]?.(), { name: 'AssertionError', message: /pkce_missing/ })
  t.throws(() => tenantFor({ name: 'x' }, provider), TypeError)
})

t.test('under node:test a careless test fails and a careful one passes', async t => {
  const { stdout, status } = spawnSync(
    process.execPath,
    [...process.execArgv, `${import.meta.dirname}/with-node-test.ts`],
    {
      encoding: 'utf8',
    },
  )
  t.equal(status, 1)
  t.match(stdout, /^ok \d+ - careful/m)
  t.match(stdout, /^not ok \d+ - careless/m)
  t.match(stdout, /pkce_missing/)
})
