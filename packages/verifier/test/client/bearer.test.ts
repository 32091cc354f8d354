import t from 'tap'
import type { IntrospectionClient } from '../../src/client/config.ts'
import { CREDENTIALS_REFUSED } from '../../src/token/introspection.ts'
import { json, type Sent } from '../configs.ts'
import { active, playIntrospector } from '../token/play-introspector.ts'

const GRANT: IntrospectionClient = {
  auth: 'bearer',
  id: 'gateway',
  grant: {
    client: { auth: 'client_secret_post', id: 'gateway', secret: 's3cret' },
    tokenEndpoint: undefined,
    scope: 'introspect',
  },
}

interface World {
  tokens: number
  good: string
}

/** An issuer that grants tokens by number and takes only the one that is good. */
function playGrant() {
  const world: World = { tokens: 0, good: 'own-1' }
  const played = playIntrospector({ client: GRANT }, ({ url, init }: Sent) => {
    if (url.pathname === '/token') {
      world.tokens++
      return json({ access_token: `own-${world.tokens}`, token_type: 'bearer', expires_in: 3600 })
    }
    return init.headers.authorization === `Bearer ${world.good}` ? active() : json({ error: 'invalid_token' }, 401)
  })
  return { ...played, world }
}

t.test('a token that is written is sent as it is, and a refusal of it is ours to mend', async t => {
  const { ask, sent } = playIntrospector({ client: { auth: 'bearer', id: undefined, token: 'written' } }, () =>
    json({}, 401),
  )
  t.match(await ask(), { ok: false, rejection: { code: 'issuer_unavailable', cause: CREDENTIALS_REFUSED } })
  t.equal(sent.length, 1, 'there is no other token to try')
  t.equal(sent[0]?.init.headers.authorization, 'Bearer written')
})

t.test('a token by client credentials is had once and used for every question', async t => {
  const { codeOf, sent, world } = playGrant()
  t.same(await Promise.all(['a', 'b', 'c'].map(codeOf)), ['ok', 'ok', 'ok'])
  t.equal(await codeOf('d'), 'ok')
  t.equal(world.tokens, 1)
  t.same(Object.fromEntries(sent[0]?.form ?? []), {
    grant_type: 'client_credentials',
    scope: 'introspect',
    client_id: 'gateway',
    client_secret: 's3cret',
  })
  t.notOk(sent.some(({ url, form }) => url.pathname === '/introspect' && form.has('client_secret')))
})

t.test('a token that is refused is replaced once, for all who were refused with it', async t => {
  const { codeOf, world } = playGrant()
  await codeOf('a')
  world.good = 'own-2'
  t.same(await Promise.all(['b', 'c', 'd'].map(codeOf)), ['ok', 'ok', 'ok'])
  t.equal(world.tokens, 2)
})

t.test('a new token that is refused as well is the end of it', async t => {
  const { ask, sent, world } = playGrant()
  world.good = 'none'
  t.match(await ask(), { ok: false, rejection: { code: 'issuer_unavailable', cause: CREDENTIALS_REFUSED } })
  t.same(
    sent.map(({ url }) => url.pathname),
    ['/token', '/introspect', '/token', '/introspect'],
  )
})

t.test('without a token nobody is asked, and the caller is told that it is not his fault', async t => {
  const { ask, sent, health } = playIntrospector({ client: GRANT }, () => json({ error: 'invalid_grant' }, 400))
  t.match(await ask(), {
    ok: false,
    rejection: { code: 'issuer_unavailable', cause: 'the token endpoint refused our own credentials' },
  })
  t.ok(sent.every(({ url }) => url.pathname === '/token'))
  t.same(health, ['the token endpoint refused our own credentials'])
})

t.test('a token that can not be replaced leaves the question unanswered', async t => {
  let granted = 0
  const { codeOf } = playIntrospector({ client: GRANT }, ({ url }) => {
    if (url.pathname !== '/token') return json({}, 401)
    return granted++ === 0 ? json({ access_token: 'a', token_type: 'Bearer' }) : json({}, 500)
  })
  t.equal(await codeOf(), 'issuer_unavailable')
})
