import { createLocalJWKSet, jwtVerify } from 'jose'
import t from 'tap'
import { CALLBACK, claimsOf, Journey, NOON, ORIGIN, type Reply } from '../journey.ts'

const GOODBYE = 'https://app.example.com/goodbye'
const BACK = 'https://app.example.com/back-channel'

/** Clients that listen, and what they were sent. */
function listen(answers: Record<string, () => Response> = {}) {
  const letters: { url: string; token: string }[] = []
  const fetch = async (request: Request) => {
    letters.push({ url: request.url, token: new URLSearchParams(await request.text()).get('logout_token') ?? '' })
    return (answers[request.url] ?? (() => new Response('')))()
  }
  return { letters, ports: { fetch } }
}

const logOut = (journey: Journey, parameters: Record<string, string> = {}): Promise<Reply> =>
  journey.ask(`/logout?${new URLSearchParams(parameters)}`, { headers: { cookie: journey.cookie } })

/** Logs a client in and answers its ID token. */
async function logIn(journey: Journey, client_id: string): Promise<string> {
  const code = await journey.code({ client_id, scope: 'openid' })
  const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, client_id, client_secret: 's' }
  return (await journey.post('/token', form)).json.id_token
}

const isLoggedIn = async (journey: Journey): Promise<boolean> =>
  (await journey.authorize({ client_id: 'web', prompt: 'none' })).location?.searchParams.has('code') === true

const WEB = { client_secret: 's', post_logout_redirect_uris: [GOODBYE] }

t.test(
  'an ID token logs its user out without a page, and back to where the client registered, with the state',
  async t => {
    const journey = new Journey({ clients: { web: WEB } })
    const id_token_hint = await logIn(journey, 'web')
    const { status, headers } = await logOut(journey, {
      id_token_hint,
      post_logout_redirect_uri: GOODBYE,
      state: 'a b',
    })
    t.strictSame([status, headers.get('location')], [303, `${GOODBYE}?state=a+b`])
    t.match(headers.get('set-cookie'), /Max-Age=0/)
    t.equal(await isLoggedIn(journey), false)
  },
)

t.test('nobody is sent where the client did not register, and stays logged in', async t => {
  const journey = new Journey({ clients: { web: WEB, other: { client_secret: 's' } } })
  const id_token_hint = await logIn(journey, 'web')
  for (const parameters of [
    { id_token_hint, post_logout_redirect_uri: `${GOODBYE}/` },
    { id_token_hint, post_logout_redirect_uri: 'https://evil.example/' },
    { client_id: 'web', post_logout_redirect_uri: 'https://evil.example/' },
    { client_id: 'nobody', post_logout_redirect_uri: GOODBYE },
    { post_logout_redirect_uri: GOODBYE },
    { id_token_hint, client_id: 'other', post_logout_redirect_uri: GOODBYE },
    { id_token_hint: 'garbage' },
    { id_token_hint: (await journey.provider.mint()).token },
  ]) {
    const { status, json } = await logOut(journey, parameters)
    t.strictSame([status, json.error], [400, 'invalid_request'], JSON.stringify(parameters).slice(0, 60))
  }
  t.equal(await isLoggedIn(journey), true)
})

t.test('without an ID token the user is asked, and may stay', async t => {
  const journey = new Journey({ clients: { web: WEB } })
  await logIn(journey, 'web')
  const page = await logOut(journey, { client_id: 'web', post_logout_redirect_uri: GOODBYE, state: 'a b' })
  t.match(page.text, /data-testid="log-out"/)
  t.match((await journey.submit(page, { confirm: 'no' })).text, /still logged in/)
  t.equal(await isLoggedIn(journey), true)
  const { location } = await journey.submit(page, { confirm: 'yes' })
  t.equal(location?.href, `${GOODBYE}?state=a+b`)
  t.equal(await isLoggedIn(journey), false)
})

t.test("another user's ID token asks too", async t => {
  const journey = new Journey({ clients: { web: WEB } })
  await logIn(journey, 'web')
  const { token } = await journey.provider.mint({ kind: 'id', sub: 'bob', client_id: 'web' })
  t.match((await logOut(journey, { id_token_hint: token })).text, /data-testid="log-out"/)
})

t.test(
  'every client of the session that listens is sent a logout token, and the journal has what they said',
  async t => {
    const { letters, ports } = listen({ [`${BACK}/two`]: () => new Response('no', { status: 400 }) })
    const journey = new Journey({
      ports,
      clients: {
        web: { ...WEB, backchannel_logout_uri: `${BACK}/one`, backchannel_logout_session_required: true },
        two: { client_secret: 's', backchannel_logout_uri: `${BACK}/two`, id_token_signed_response_alg: 'ES256' },
        deaf: { client_secret: 's' },
        elsewhere: { client_secret: 's', backchannel_logout_uri: `${BACK}/elsewhere` },
      },
    })
    const id_token_hint = await logIn(journey, 'web')
    const { sid } = claimsOf(id_token_hint)
    await logIn(journey, 'two')
    await logIn(journey, 'deaf')
    t.equal((await logOut(journey, { id_token_hint, post_logout_redirect_uri: GOODBYE })).status, 303)
    t.strictSame(
      letters.map(({ url }) => url),
      [`${BACK}/one`, `${BACK}/two`],
    )
    const jwks = createLocalJWKSet(journey.provider.keys.jwks() as never)
    for (const [index, [aud, alg]] of (
      [
        ['web', 'RS256'],
        ['two', 'ES256'],
      ] as const
    ).entries()) {
      const { payload, protectedHeader } = await jwtVerify(letters[index]?.token ?? '', jwks, {
        currentDate: new Date(NOON * 1000),
        typ: 'logout+jwt',
      })
      t.equal(protectedHeader.alg, alg)
      t.match(payload, { iss: ORIGIN, aud, sub: 'alice', sid, iat: NOON, exp: NOON + 120, jti: /./ })
      t.strictSame(payload.events, { 'http://schemas.openid.net/event/backchannel-logout': {} })
      t.notOk('nonce' in payload)
    }
    t.match(journey.provider.journal.list({ endpoint: 'logout' }).at(-1)?.sent, [
      { client_id: 'web', uri: `${BACK}/one`, ok: true, status: 200 },
      { client_id: 'two', uri: `${BACK}/two`, ok: false, status: 400 },
    ])
  },
)

t.test('a client that cannot be reached stops nobody from logging out', async t => {
  const ports = {
    fetch: async () => {
      throw new TypeError('fetch failed')
    },
  }
  const journey = new Journey({ ports, clients: { web: { ...WEB, backchannel_logout_uri: BACK } } })
  const id_token_hint = await logIn(journey, 'web')
  t.equal((await logOut(journey, { id_token_hint, post_logout_redirect_uri: GOODBYE })).status, 303)
  t.strictSame(journey.provider.journal.list({ endpoint: 'logout' }).at(-1)?.sent, [
    { client_id: 'web', uri: BACK, ok: false, error: 'could not be reached' },
  ])
})

t.test(
  'clients of the front channel are framed, with iss and sid where they require them, and then the page goes on',
  async t => {
    const journey = new Journey({
      clients: {
        web: {
          ...WEB,
          frontchannel_logout_uri: 'https://app.example.com/front?a=1',
          frontchannel_logout_session_required: true,
        },
        two: { client_secret: 's', frontchannel_logout_uri: 'https://two.example/front' },
      },
    })
    const id_token_hint = await logIn(journey, 'web')
    await logIn(journey, 'two')
    const { status, text, headers } = await logOut(journey, { id_token_hint, post_logout_redirect_uri: GOODBYE })
    t.equal(status, 200)
    const frames = [...text.matchAll(/<iframe [^>]*src="([^"]*)"/g)].map(([, src = '']) => src.replaceAll('&amp;', '&'))
    const query = new URLSearchParams({ iss: ORIGIN, sid: String(claimsOf(id_token_hint).sid) })
    t.strictSame(frames, [`https://app.example.com/front?a=1&${query}`, 'https://two.example/front'])
    t.match(headers.get('content-security-policy'), /frame-src https:\/\/app\.example\.com https:\/\/two\.example/)
    t.match(text, new RegExp(`id="continue"[^>]*href="${GOODBYE}"`))
    t.equal(await isLoggedIn(journey), false)
  },
)

t.test('a pairwise client is told of its own name for the user', async t => {
  const { letters, ports } = listen()
  const journey = new Journey({
    ports,
    clients: { web: { ...WEB, subject_type: 'pairwise', redirect_uris: [CALLBACK], backchannel_logout_uri: BACK } },
  })
  const id_token_hint = await logIn(journey, 'web')
  await logOut(journey, { id_token_hint })
  t.equal(claimsOf(letters[0]?.token ?? '').sub, claimsOf(id_token_hint).sub)
  t.not(claimsOf(id_token_hint).sub, 'alice')
})

t.test('logging out one of several accounts leaves the others', async t => {
  const journey = new Journey({ clients: { web: WEB } })
  const id_token_hint = await logIn(journey, 'web')
  const page = await journey.authorize({ client_id: 'web', prompt: 'select_account' })
  await journey.submit(page, { user: 'bob' })
  t.notMatch((await logOut(journey, { id_token_hint })).text, /"logged-out"/, 'bob is in use, so the user is asked')
  const bob = await journey.provider.mint({ kind: 'id', sub: 'bob', client_id: 'web' })
  const { headers } = await logOut(journey, { id_token_hint: bob.token })
  journey.cookie = (headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  t.equal(await isLoggedIn(journey), true, 'alice is still there')
})

t.test('discovery states what of this there is', async t => {
  const { json } = await new Journey().ask('/.well-known/openid-configuration')
  t.match(json, {
    end_session_endpoint: `${ORIGIN}/logout`,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
  })
})
