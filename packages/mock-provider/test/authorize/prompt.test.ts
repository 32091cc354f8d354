import t from 'tap'
import type { MockProviderOptions } from '../../src/index.ts'
import { CALLBACK, claimsOf, Journey } from '../journey.ts'

const GOLD = 'urn:example:gold'
const SILVER = 'urn:example:silver'

/** A browser in which alice is logged in. */
async function alice(options: MockProviderOptions = {}): Promise<Journey> {
  const journey = new Journey(options)
  await journey.authorize({ login_hint: 'alice' })
  return journey
}

const errorOf = async (journey: Journey, parameters: Record<string, string>): Promise<string | null | undefined> =>
  (await journey.authorize(parameters)).location?.searchParams.get('error')

async function redeem(journey: Journey, location: URL | undefined): Promise<Record<string, unknown>> {
  const code = location?.searchParams.get('code') ?? ''
  const { json } = await journey.token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK })
  return claimsOf(json.id_token)
}

t.test('prompt=none says exactly what is missing', async t => {
  t.equal(await errorOf(new Journey(), { prompt: 'none' }), 'login_required')
  const journey = await alice({ consent: 'explicit' })
  t.equal(await errorOf(journey, { prompt: 'none' }), 'consent_required')
  const choosing = await alice()
  const page = await choosing.authorize({ prompt: 'select_account' })
  await choosing.submit(page, { user: 'bob' })
  t.equal(await errorOf(choosing, { prompt: 'none' }), 'account_selection_required')
  t.equal(await errorOf(choosing, { prompt: 'none', login_hint: 'alice' }), null, 'a hint selects')
  const scopes = { staff: { claims: ['department'], required: ['department'] } }
  t.equal(await errorOf(await alice({ scopes }), { prompt: 'none', scope: 'openid staff' }), 'interaction_required')
  t.equal(await errorOf(await alice(), { prompt: 'none', max_age: '1' }), null, 'a login of this second is fresh')
  t.equal(
    await errorOf(await alice(), { prompt: 'none', max_age: '0' }),
    'login_required',
    'but not fresh enough for 0',
  )
  const later = await alice()
  later.provider.clock.advance('1m')
  t.equal(await errorOf(later, { prompt: 'none', max_age: '59' }), 'login_required')
})

t.test('max_age=0 asks for a login as prompt=login does, though the last one was in this second', async t => {
  const journey = await alice()
  const page = await journey.authorize({ max_age: '0' })
  t.equal(page.status, 200)
  t.match(page.text, /password/)
  const back = await journey.submit(page, { username: 'alice', password: 'alice' })
  t.match(await redeem(journey, back.location), { sub: 'alice', auth_time: Number, amr: ['pwd'] })
})

t.test('a choice of accounts goes on with a session, or adds one beside it', async t => {
  const journey = await alice()
  journey.provider.clock.advance('1m')
  const page = await journey.authorize({ prompt: 'select_account' })
  t.match(page.text, /Logged in[\s\S]*user-alice[\s\S]*Log in as[\s\S]*user-bob/)
  const kept = await redeem(journey, (await journey.submit(page, { user: 'alice' })).location)
  t.equal(kept.auth_time, 1_800_000_000, 'alice need not log in again')
  const other = await journey.submit(await journey.authorize({ prompt: 'select_account' }), { user: 'bob' })
  t.equal((await redeem(journey, other.location)).auth_time, 1_800_000_060)
  const choice = await journey.authorize()
  t.match(choice.text, /Choose an account/, 'with two users logged in the user is asked')
  t.equal((await redeem(journey, (await journey.submit(choice, { user: 'alice' })).location)).sub, 'alice')
  const typed = await journey.submit(await journey.authorize({ prompt: 'select_account' }), {
    username: 'bob',
    password: 'bob',
  })
  t.match(await redeem(journey, typed.location), { sub: 'bob', amr: ['pwd'] })
})

t.test('a login that is no choice replaces whoever was logged in', async t => {
  const journey = await alice()
  await journey.authorize({ login_hint: 'bob', prompt: 'login' })
  t.equal((await redeem(journey, (await journey.authorize({ prompt: 'none' })).location)).sub, 'bob')
})

t.test('a second login keeps the sid of the first, so that logout reaches every client', async t => {
  const journey = await alice()
  const first = await redeem(journey, (await journey.authorize()).location)
  const second = await redeem(journey, (await journey.authorize({ prompt: 'login', login_hint: 'alice' })).location)
  t.equal(second.sid, first.sid)
})

t.test('clients of one tenant share the session, and no other tenant sees it', async t => {
  const journey = await alice()
  t.equal(await errorOf(journey, { prompt: 'none', client_id: 'other' }), null)
  const elsewhere = await journey.provider.fetch(
    new Request(
      `https://login.example.com/elsewhere/authorize?${new URLSearchParams({ client_id: 'demo', redirect_uri: CALLBACK, response_type: 'code', prompt: 'none' })}`,
      { headers: { cookie: journey.cookie } },
    ),
  )
  t.match(elsewhere.headers.get('location'), /error=login_required/)
})

t.test('a session that is not used ends idle, and one that is used ends all the same', async t => {
  const journey = await alice({ session: { lifetime: '1h', idle: '10m' } })
  for (let round = 0; round < 6; round++) {
    journey.provider.clock.advance('9m')
    t.equal(await errorOf(journey, { prompt: 'none' }), null)
  }
  journey.provider.clock.advance('6m')
  t.equal(await errorOf(journey, { prompt: 'none' }), 'login_required', 'an hour is over')
  const idle = await alice({ session: { idle: '10m' } })
  idle.provider.clock.advance('10m')
  t.equal(await errorOf(idle, { prompt: 'none' }), 'login_required')
})

t.test('id_token_hint: only the user it names will do, and nothing but our own ID token is one', async t => {
  const journey = await alice()
  const { json } = await journey.logIn()
  const hint = json.id_token
  t.equal(await errorOf(journey, { prompt: 'none', id_token_hint: hint }), null)
  journey.provider.clock.advance('2h')
  t.equal(await errorOf(journey, { prompt: 'none', id_token_hint: hint }), null, 'expired ones too')
  t.equal(await errorOf(new Journey(), { prompt: 'none', id_token_hint: hint }), 'login_required')
  const page = await journey.authorize({ prompt: 'login', id_token_hint: hint })
  const bob = await journey.submit(page, { user: 'bob' })
  t.equal(bob.location?.searchParams.get('error'), 'login_required', 'bob is not whom the hint names')
  t.equal(await errorOf(journey, { id_token_hint: json.access_token }), 'invalid_request')
  t.equal(await errorOf(journey, { id_token_hint: 'garbage' }), 'invalid_request')
  t.equal(await errorOf(journey, { id_token_hint: `${hint.slice(0, -4)}AAAA` }), 'invalid_request')
})

t.test('acr: without levels whatever is asked for is reached, in the ID token and the access token', async t => {
  const journey = new Journey()
  const { json } = await journey.logIn({ acr_values: `${SILVER} ${GOLD}` })
  t.equal(claimsOf(json.id_token).acr, SILVER)
  t.equal(claimsOf(json.access_token).acr, SILVER)
  t.equal('acr' in claimsOf((await new Journey().logIn()).json.id_token), false)
})

t.test('acr: with levels the first that can be reached is, and an essential one that cannot is refused', async t => {
  const options = { acr: [SILVER, GOLD], users: { alice: {}, carol: { acr: [SILVER] } } }
  const acrOf = async (login_hint: string, parameters: Record<string, string>) =>
    claimsOf((await new Journey(options).logIn({ login_hint, ...parameters })).json.id_token).acr
  t.equal(await acrOf('alice', {}), SILVER, 'the weakest, if nobody asks')
  t.equal(await acrOf('alice', { acr_values: `urn:x ${GOLD}` }), GOLD)
  t.equal(await acrOf('carol', { acr_values: GOLD }), SILVER, 'asked for by acr_values it is a wish')
  const essential = JSON.stringify({ id_token: { acr: { essential: true, values: [GOLD] } } })
  t.equal(await acrOf('alice', { claims: essential }), GOLD)
  const carol = new Journey(options)
  t.equal(await errorOf(carol, { login_hint: 'carol', claims: essential }), 'unmet_authentication_requirements')
  const { json } = await carol.ask('/.well-known/openid-configuration')
  t.strictSame(json.acr_values_supported, [SILVER, GOLD])
})

t.test('acr: a session below what is asked for needs a step up, if there is one', async t => {
  const journey = await alice({ acr: [SILVER, GOLD] })
  t.equal(await errorOf(journey, { prompt: 'none', acr_values: GOLD }), 'login_required')
  t.equal(await errorOf(journey, { prompt: 'none', acr_values: 'urn:unknown' }), null)
  const page = await journey.authorize({ acr_values: GOLD })
  t.match(page.text, /Log in/)
  t.equal((await redeem(journey, (await journey.submit(page, { user: 'alice' })).location)).acr, GOLD)
  t.equal(await errorOf(journey, { prompt: 'none', acr_values: GOLD }), null)
})

t.test('display and ui_locales are taken, and a display that is none is refused', async t => {
  for (const display of ['page', 'popup', 'touch', 'wap'])
    t.equal(await errorOf(new Journey(), { display, ui_locales: 'fr-CA fr en', login_hint: 'alice' }), null)
  t.equal(await errorOf(new Journey(), { display: 'hologram' }), 'invalid_request')
})
