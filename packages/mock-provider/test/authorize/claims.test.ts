import t from 'tap'
import { CALLBACK, claimsOf, Journey } from '../journey.ts'

const claims = (value: unknown): { claims: string } => ({ claims: JSON.stringify(value) })
const userinfoOf = (journey: Journey, token: string) =>
  journey.ask('/userinfo', { headers: { authorization: `Bearer ${token}` } })

t.test('claims asked for by name come where they were asked for, whatever the scope', async t => {
  const journey = new Journey()
  const wanted = { id_token: { phone_number: null }, userinfo: { email: { essential: true }, unknown: null } }
  const { json } = await journey.logIn({ scope: 'openid', ...claims(wanted) })
  t.match(claimsOf(json.id_token), { phone_number: '+1 555 0100', email: undefined })
  const info = await userinfoOf(journey, json.access_token)
  t.strictSame(info.json, { sub: 'alice', email: 'alice@example.com' })
  const refreshed = await journey.token({ grant_type: 'refresh_token', refresh_token: json.refresh_token })
  t.match(claimsOf(refreshed.json.id_token), { phone_number: '+1 555 0100' }, 'and stay with the grant')
})

t.test('a claim asked for by value is told where it has that value', async t => {
  const go = async (wish: unknown) => {
    const { json } = await new Journey().logIn({ scope: 'openid', ...claims({ id_token: { email: wish } }) })
    return claimsOf(json.id_token).email
  }
  t.equal(await go({ value: 'alice@example.com' }), 'alice@example.com')
  t.equal(await go({ values: ['x', 'alice@example.com'] }), 'alice@example.com')
  t.equal(await go({ value: 'bob@example.com' }), undefined)
})

t.test('sub asked for by value lets nobody else in', async t => {
  const journey = new Journey()
  const bob = claims({ id_token: { sub: { value: 'bob' } } })
  await journey.authorize({ login_hint: 'alice' })
  const quiet = await journey.authorize({ prompt: 'none', ...bob })
  t.equal(quiet.location?.searchParams.get('error'), 'login_required')
  const page = await journey.authorize(bob)
  t.equal((await journey.submit(page, { user: 'alice' })).location?.searchParams.get('error'), 'login_required')
  const again = await journey.authorize(bob)
  t.ok((await journey.submit(again, { user: 'bob' })).location?.searchParams.get('code'))
})

t.test('claims that are not what section 5.5 asks for are refused', async t => {
  for (const text of [
    'not JSON',
    '[]',
    'null',
    '{"id_token":[]}',
    '{"userinfo":{"email":true}}',
    '{"id_token":{"email":{"essential":"yes"}}}',
    '{"id_token":{"acr":{"values":"x"}}}',
  ]) {
    const { location } = await new Journey().authorize({ claims: text, login_hint: 'alice' })
    t.equal(location?.searchParams.get('error'), 'invalid_request', text)
  }
  t.ok((await new Journey().authorize({ claims: '{"other":1,"id_token":null}', login_hint: 'alice' })).location)
})

t.test('authorization_details come back in the token response and in the access token', async t => {
  const details = [{ type: 'payment', actions: ['pay'], amount: { currency: 'EUR' } }, { type: 'account' }]
  const journey = new Journey()
  const { json } = await journey.logIn({ authorization_details: JSON.stringify(details) })
  t.strictSame(json.authorization_details, details)
  t.strictSame(claimsOf(json.access_token).authorization_details, details)
  t.strictSame((await journey.introspect(json.access_token)).json.authorization_details, details)
})

t.test('authorization_details of a type that is not known, or not well made, are refused', async t => {
  const options = { authorizationDetails: ['payment'], clients: { web: { authorization_details_types: ['other'] } } }
  const go = async (value: unknown, client_id = 'demo') => {
    const authorization_details = typeof value === 'string' ? value : JSON.stringify(value)
    const parameters = { authorization_details, client_id, login_hint: 'alice', code_challenge: 'x'.repeat(43) }
    return (await new Journey(options as never).authorize(parameters)).location?.searchParams.get('error')
  }
  t.equal(await go([{ type: 'payment' }]), null)
  t.equal(await go([{ type: 'other' }], 'web'), null, "a client's own types go over the tenant's")
  for (const wrong of [
    'not JSON',
    {},
    [],
    [1],
    [{}],
    [{ type: 7 }],
    [{ type: 'account' }],
    [{ type: 'payment', actions: 'pay' }],
    [{ type: 'payment', identifier: 7 }],
  ])
    t.equal(await go(wrong), 'invalid_authorization_details', JSON.stringify(wrong))
  const { json } = await new Journey(options as never).ask('/.well-known/openid-configuration')
  t.strictSame(json.authorization_details_types_supported, ['payment'])
})

t.test('several resources are one audience, and a token request narrows it', async t => {
  const journey = new Journey()
  const query = new URLSearchParams({
    client_id: 'demo',
    redirect_uri: CALLBACK,
    response_type: 'code',
    login_hint: 'alice',
  })
  for (const resource of ['https://a.example', 'https://b.example']) query.append('resource', resource)
  const { headers } = await journey.ask(`/authorize?${query}`)
  const code = new URL(headers.get('location') ?? '').searchParams.get('code') ?? ''
  const redeem = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, resource: 'https://b.example' }
  const { json } = await journey.token(redeem)
  t.equal(claimsOf(json.access_token).aud, 'https://b.example')
  const wide = await journey.token({ grant_type: 'refresh_token', refresh_token: json.refresh_token })
  t.strictSame(claimsOf(wide.json.access_token).aud, ['https://a.example', 'https://b.example'])
})
