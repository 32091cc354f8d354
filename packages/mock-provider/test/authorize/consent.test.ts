import t from 'tap'
import { CALLBACK, claimsOf, Journey, type Reply } from '../journey.ts'

const scopesOn = ({ text }: Reply): string[] =>
  [...text.matchAll(/data-testid="scope-([^"]*)"/g)].map(([, name = '']) => name)
const errorOf = (answer: { location: URL | undefined }) => answer.location?.searchParams.get('error')

async function redeem(journey: Journey, location: URL | undefined) {
  const code = location?.searchParams.get('code') ?? ''
  return (await journey.token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK })).json
}

t.test('prompt=consent asks what the client may have, and the user allows by scope', async t => {
  const journey = new Journey()
  const page = await journey.authorize({ prompt: 'consent', scope: 'openid email phone', login_hint: 'alice' })
  t.equal(page.status, 200)
  t.strictSame(scopesOn(page), ['openid', 'email', 'phone'])
  const tokens = await redeem(journey, (await journey.submit(page, { action: 'allow', 'allow:phone': 'yes' })).location)
  t.equal(tokens.scope, 'openid phone')
  t.match(claimsOf(tokens.id_token), { phone_number: '+1 555 0100', email: undefined })
})

t.test('the user refuses what the client may have', async t => {
  const journey = new Journey()
  const page = await journey.authorize({ prompt: 'consent', login_hint: 'alice' })
  t.equal(errorOf(await journey.submit(page, { action: 'deny' })), 'access_denied')
  t.equal((await journey.submit(page, { action: 'allow' })).status, 400, 'a page is good for one answer')
})

t.test('after a login by form the question comes on the next page', async t => {
  const journey = new Journey()
  const login = await journey.authorize({ prompt: 'login consent' })
  const page = await journey.submit(login, { username: 'alice', password: 'alice' })
  t.strictSame(scopesOn(page), ['openid', 'email'])
  t.ok((await journey.submit(page, { action: 'allow' })).location?.searchParams.get('code'))
})

t.test('explicit consent is asked for once, and again for what is new', async t => {
  const journey = new Journey({ consent: 'explicit' })
  const page = await journey.authorize({ login_hint: 'alice' })
  await journey.submit(page, { action: 'allow', 'allow:email': 'yes' })
  t.ok((await journey.authorize({ prompt: 'none' })).location?.searchParams.get('code'))
  t.strictSame(scopesOn(await journey.authorize({ scope: 'openid email phone' })), ['openid', 'email', 'phone'])
  t.equal(errorOf(await journey.authorize({ prompt: 'none', scope: 'openid phone' })), 'consent_required')
  t.equal(errorOf(await journey.authorize({ prompt: 'none', client_id: 'other' })), 'consent_required')
  const details = JSON.stringify([{ type: 'payment', amount: '<10>' }])
  const detailed = await journey.authorize({ authorization_details: details })
  t.match(detailed.text, /&quot;amount&quot;: &quot;&lt;10&gt;&quot;/)
  journey.provider.reset()
  t.match((await journey.authorize({ login_hint: 'alice' })).text, /Allow access/)
})

t.test("a client's own word on consent goes over the tenant's", async t => {
  const clients = {
    own: { client_secret: 's', consent: 'implicit' },
    foreign: { client_secret: 's', consent: 'explicit' },
  }
  const go = (client_id: string, consent: 'implicit' | 'explicit') =>
    new Journey({ clients, consent }).authorize({ client_id, login_hint: 'alice' })
  t.ok((await go('own', 'explicit')).location)
  t.equal((await go('foreign', 'implicit')).location, undefined)
})

t.test('offline_access counts with prompt=consent and a code, and is left out without', async t => {
  const scope = 'openid offline_access'
  const journey = new Journey()
  const quiet = await journey.authorize({ scope, login_hint: 'alice' })
  t.equal((await redeem(journey, quiet.location)).scope, 'openid')
  const page = await journey.authorize({ scope, prompt: 'consent' })
  const tokens = await redeem(
    journey,
    (await journey.submit(page, { action: 'allow', 'allow:offline_access': 'yes' })).location,
  )
  t.equal(tokens.scope, scope)
  t.ok(tokens.refresh_token)
  const implicit = await journey.authorize({ scope, prompt: 'consent', response_type: 'id_token', nonce: 'n' })
  t.strictSame(scopesOn(implicit), ['openid'])
})

t.test('a custom scope shows its claims to who was granted it, and nobody lacks a claim that it requires', async t => {
  const options = {
    scopes: { staff: { claims: ['department'], required: ['employee'] }, email: { claims: ['mail'] } },
    users: { alice: { claims: { department: 'R&D', employee: 7, mail: 'a@b', email: 'x@y' } }, bob: {} },
  }
  const journey = new Journey(options)
  const all = await journey.logIn({ scope: 'openid staff email' })
  t.match(claimsOf(all.json.id_token), { department: 'R&D', employee: 7, mail: 'a@b', email: 'x@y' })
  const userinfo = { headers: { authorization: `Bearer ${all.json.access_token}` } }
  t.match((await journey.ask('/userinfo', userinfo)).json, { department: 'R&D', mail: 'a@b' })
  const none = await new Journey(options).logIn({ scope: 'openid' })
  t.match(claimsOf(none.json.id_token), { department: undefined, employee: undefined, mail: undefined })
  const bob = await new Journey(options).authorize({ scope: 'openid staff', login_hint: 'bob' })
  t.equal(errorOf(bob), 'access_denied')
  t.match(bob.location?.searchParams.get('error_description'), /staff requires the claim employee/)
  const users = { carol: { id_token: { employee: 8 } } }
  const carol = await new Journey({ ...options, users }).authorize({ scope: 'openid staff', login_hint: 'carol' })
  t.ok(carol.location?.searchParams.has('code'), 'a claim of one place only is one, too')
  const { json } = await journey.ask('/.well-known/openid-configuration')
  t.ok(json.scopes_supported.includes('staff'))
  t.ok(json.claims_supported.includes('department'))
})
