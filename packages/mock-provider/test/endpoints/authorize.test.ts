import t from 'tap'
import { CALLBACK, CHALLENGE, claimsOf, Journey, NOON, ORIGIN } from '../journey.ts'

t.test('login_hint logs a user in without a page, and the answer carries code, state and iss', async t => {
  const journey = new Journey()
  const { status, location, headers } = await journey.authorize({ login_hint: 'alice' })
  t.equal(status, 303)
  t.equal(location?.origin + (location?.pathname ?? ''), CALLBACK)
  t.equal(location?.searchParams.get('state'), 'a-state')
  t.equal(location?.searchParams.get('iss'), ORIGIN)
  t.ok(location?.searchParams.get('code'))
  t.equal(headers.get('cache-control'), 'no-store')
  t.match(headers.get('set-cookie'), /HttpOnly; SameSite=Lax; Secure/)
})

t.test('an e-mail address is as good a hint as a sub, and an unknown one shows the page', async t => {
  const journey = new Journey()
  t.ok((await journey.authorize({ login_hint: 'bob@example.com' })).location?.searchParams.get('code'))
  const page = await new Journey().authorize({ login_hint: 'nobody' })
  t.equal(page.status, 200)
  t.match(page.text, /value="nobody"/)
})

t.test('the login page is a form with a name, a password and a button a user, and needs no script', async t => {
  const page = await new Journey().authorize()
  t.equal(page.status, 200)
  t.match(page.headers.get('content-type'), 'text/html')
  t.match(page.text, /name="username"/)
  t.match(page.text, /name="password" type="password"/)
  for (const user of ['alice', 'bob']) t.match(page.text, `name="user" value="${user}"`)
  t.notMatch(page.text, /<script/)
  t.match(page.headers.get('content-security-policy'), /frame-ancestors 'none'/)
})

t.test('a password that is right goes on, one that is wrong shows the page again', async t => {
  const journey = new Journey()
  const page = await journey.authorize()
  const wrong = await journey.submit(page, { username: 'alice', password: 'bob' })
  t.equal(wrong.status, 403)
  t.match(wrong.text, /Wrong username or password/)
  const right = await journey.submit(wrong, { username: 'alice', password: 'alice' })
  t.equal(right.status, 303)
  t.ok(right.location?.searchParams.get('code'))
  const again = await journey.submit(page, { username: 'alice', password: 'alice' })
  t.equal(again.status, 400, 'a page is good for one login')
})

t.test('one click on a user logs that user in, and Refuse is access_denied', async t => {
  const journey = new Journey()
  const clicked = await journey.submit(await journey.authorize(), { user: 'bob' })
  const code = clicked.location?.searchParams.get('code') ?? ''
  const { json } = await journey.token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK })
  t.match(claimsOf(json.id_token), { sub: 'bob', amr: ['click'] })
  const refused = await new Journey().authorize()
  const answer = await journey.submit(refused, { action: 'deny' })
  t.equal(answer.status, 400, 'a page of another provider is not known here')
  const own = await journey.submit(await journey.authorize({ prompt: 'login' }), { action: 'deny' })
  t.equal(own.location?.searchParams.get('error'), 'access_denied')
  t.equal(own.location?.searchParams.get('state'), 'a-state')
})

t.test('a user without a password is let in by the button only', async t => {
  const journey = new Journey({ users: { carol: {} } })
  const page = await journey.authorize()
  t.equal((await journey.submit(page, { username: 'carol', password: '' })).status, 403)
  t.equal((await journey.submit(page, { user: 'carol' })).status, 303)
})

t.test('text of a request never becomes markup of a page', async t => {
  const journey = new Journey()
  const page = await journey.authorize({ client_id: '<b>"x', login_hint: '"><script>alert(1)</script>' })
  t.notMatch(page.text, /<b>|<script/)
  const post = await journey.authorize({ response_mode: 'form_post', state: '"><script>x', login_hint: 'alice' })
  t.match(post.text, 'value="&quot;&gt;&lt;script&gt;x"')
})

t.test(
  'a session answers the next request without a page, until prompt, max_age or another hint wants more',
  async t => {
    const journey = new Journey()
    await journey.authorize({ login_hint: 'alice' })
    t.ok((await journey.authorize()).location)
    t.ok((await journey.authorize({ prompt: 'none' })).location?.searchParams.get('code'))
    t.equal((await journey.authorize({ prompt: 'login' })).status, 200)
    t.equal((await journey.authorize({ prompt: 'select_account' })).status, 200)
    journey.provider.clock.advance('10m')
    t.ok((await journey.authorize({ max_age: '600' })).location)
    t.equal((await journey.authorize({ max_age: '599' })).status, 200)
    const other = await journey.authorize({ prompt: 'none', login_hint: 'bob' })
    t.equal(other.location?.searchParams.get('error'), 'login_required')
  },
)

t.test('a session ends by the tenant clock', async t => {
  const journey = new Journey()
  await journey.authorize({ login_hint: 'alice' })
  journey.provider.clock.advance('24h')
  t.equal((await journey.authorize({ prompt: 'none' })).location?.searchParams.get('error'), 'login_required')
})

t.test('auth_time is when the user logged in, not when the token was made', async t => {
  const journey = new Journey()
  await journey.authorize({ login_hint: 'alice' })
  journey.provider.clock.advance('5m')
  const code = (await journey.authorize({ nonce: 'n-1' })).location?.searchParams.get('code') ?? ''
  const { json } = await journey.token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK })
  t.match(claimsOf(json.id_token), {
    auth_time: NOON,
    iat: NOON + 300,
    nonce: 'n-1',
    aud: 'demo',
    iss: ORIGIN,
    sub: 'alice',
  })
})

t.test('the answer goes to the query, the fragment or a form', async t => {
  const journey = new Journey()
  const fragment = await journey.authorize({ response_mode: 'fragment', login_hint: 'alice' })
  t.match(fragment.location?.hash, /^#code=.*&state=a-state&iss=/)
  t.equal(fragment.location?.search, '')
  const form = await journey.authorize({ response_mode: 'form_post' })
  t.equal(form.status, 200)
  t.match(form.text, `<form method="post" action="${CALLBACK}">`)
  for (const name of ['code', 'state', 'iss']) t.match(form.text, `name="${name}" value="`)
  t.match(form.headers.get('content-security-policy'), /script-src 'sha256-/)
})

t.test('the query of a redirect URI stays as it is', async t => {
  const journey = new Journey()
  const { location } = await journey.authorize({ redirect_uri: `${CALLBACK}?a=1&b=%20`, login_hint: 'alice' })
  t.match(location?.href, `${CALLBACK}?a=1&b=%20&code=`)
})

t.test('a client with registered redirect URIs gets its answers there and nowhere else', async t => {
  const client = { client_secret: 's', redirect_uris: [CALLBACK, 'http://127.0.0.1/cb'] }
  const journey = new Journey({ clients: { web: client } })
  const go = (redirect_uri: string) => journey.authorize({ client_id: 'web', redirect_uri, login_hint: 'alice' })
  t.ok((await go(CALLBACK)).location)
  t.ok((await go('http://127.0.0.1:51004/cb')).location, 'the port of a loopback address is free')
  for (const uri of [
    `${CALLBACK}/`,
    `${CALLBACK}?x`,
    CALLBACK.toUpperCase(),
    'http://127.0.0.1:51004/other',
    'https://attacker.example/',
    'https://app.example.com.attacker.example/callback',
  ]) {
    const { status, json, location } = await go(uri)
    t.equal(status, 400, uri)
    t.equal(json.error, 'invalid_request')
    t.equal(location, undefined)
  }
})

t.test('a redirect URI that is relative, has a fragment or runs in the page is refused for any client', async t => {
  const journey = new Journey()
  for (const redirect_uri of [
    '/callback',
    `${CALLBACK}#x`,
    'javascript:alert(1)',
    'data:text/html,x',
    'https://a b/',
    'https://app.example.com/☃',
  ]) {
    const { status, json } = await journey.authorize({ redirect_uri, login_hint: 'alice' })
    t.equal(status, 400, redirect_uri)
    t.equal(json.error, 'invalid_request')
  }
})

t.test('a person sees a page where a program sees JSON', async t => {
  const { status, text, headers } = await new Journey().ask('/authorize?client_id=demo', {
    headers: { accept: 'text/html' },
  })
  t.equal(status, 400)
  t.match(headers.get('content-type'), 'text/html')
  t.match(text, /redirect_uri: is missing/)
})

t.test('what is wrong with a request whose address is right goes to the address with the state', async t => {
  const wrong: [Record<string, string>, string][] = [
    [{ response_type: '' }, 'invalid_request'],
    [{ response_type: 'banana' }, 'unsupported_response_type'],
    [{ response_mode: 'carrier_pigeon' }, 'invalid_request'],
    [{ prompt: 'none login' }, 'invalid_request'],
    [{ prompt: 'dance' }, 'invalid_request'],
    [{ max_age: '-1' }, 'invalid_request'],
    [{ scope: 'a"b' }, 'invalid_scope'],
    [{ resource: 'not-absolute' }, 'invalid_target'],
    [{ code_challenge: 'short', code_challenge_method: 'S256' }, 'invalid_request'],
    [{ code_challenge: CHALLENGE, code_challenge_method: 'S512' }, 'invalid_request'],
    [{ code_challenge_method: 'S256' }, 'invalid_request'],
    [{ client_id: 'demo-public' }, 'invalid_request'],
  ]
  for (const [parameters, error] of wrong) {
    const { location } = await new Journey().authorize({ login_hint: 'alice', ...parameters })
    t.equal(location?.searchParams.get('error'), error, JSON.stringify(parameters))
    t.equal(location?.searchParams.get('state'), 'a-state')
    t.equal(location?.searchParams.get('iss'), ORIGIN)
  }
})

t.test('a request by form is as good as one by query', async t => {
  const journey = new Journey()
  const form = { client_id: 'demo', redirect_uri: CALLBACK, response_type: 'code', login_hint: 'alice', state: 's' }
  const { status, headers } = await journey.post('/authorize', form)
  t.equal(status, 303)
  t.match(headers.get('location'), /code=/)
})

t.test('an unknown client may begin where clients are known by first use, and not where they are listed', async t => {
  t.ok((await new Journey().authorize({ client_id: 'stranger', login_hint: 'alice' })).location)
  const { status, json } = await new Journey({ clients: 'listed' }).authorize({
    client_id: 'stranger',
    login_hint: 'alice',
  })
  t.equal(status, 400)
  t.equal(json.error, 'invalid_client')
})
