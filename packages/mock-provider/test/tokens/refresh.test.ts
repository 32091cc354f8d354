import t from 'tap'
import { Journey, NOON } from '../journey.ts'

const refresh = (journey: Journey, refresh_token: string) =>
  journey.token({ grant_type: 'refresh_token', refresh_token })

t.test('within its grace a replaced refresh token still works, after it the family is revoked', async t => {
  const journey = new Journey({ refreshToken: { grace: '30s' } })
  const first = (await journey.logIn()).json.refresh_token
  const second = (await refresh(journey, first)).json.refresh_token
  journey.provider.clock.advance(29)
  const again = await refresh(journey, first)
  t.equal(again.status, 200)
  t.not(again.json.refresh_token, second)
  t.equal((await refresh(journey, second)).status, 200, 'the lost answer came after all')
  journey.provider.clock.advance(1)
  t.equal((await refresh(journey, first)).json.error, 'invalid_grant', 'the grace began with the first use')
  t.equal((await refresh(journey, again.json.refresh_token)).json.error, 'invalid_grant', 'and the family is gone')
  t.equal((await journey.introspect(again.json.access_token)).json.active, false)
})

t.test('where reuse is only refused the family lives on', async t => {
  const journey = new Journey({ refreshToken: { reuse: 'refuse' } })
  const first = (await journey.logIn()).json.refresh_token
  const second = (await refresh(journey, first)).json.refresh_token
  t.equal((await refresh(journey, first)).json.error, 'invalid_grant')
  t.equal((await refresh(journey, second)).status, 200)
})

t.test('an idle family ends, a used one lives on, and neither beyond its absolute end', async t => {
  for (const rotate of [true, false]) {
    const journey = new Journey({ refreshToken: { rotate, idle: '1h', absolute: '3h', lifetime: '1d' } })
    const { clock } = journey.provider
    let token = (await journey.logIn()).json.refresh_token
    const use = async () => {
      const answer = await refresh(journey, token)
      token = answer.json.refresh_token ?? token
      return answer.status
    }
    for (const minutes of [59, 118, 177]) {
      clock.set(NOON + minutes * 60)
      t.equal(await use(), 200, `after ${minutes} minutes`)
    }
    t.equal((await journey.introspect(token)).json.exp, NOON + 3 * 3600)
    clock.set(NOON + 3 * 3600)
    t.equal(await use(), 400, 'absolute')
    const idle = new Journey({ refreshToken: { rotate, idle: '1h' } })
    token = (await idle.logIn()).json.refresh_token
    idle.provider.clock.advance('1h')
    t.equal((await refresh(idle, token)).json.error, 'invalid_grant', 'idle')
  }
})

t.test('a client has a refresh policy of its own over that of the tenant', async t => {
  const journey = new Journey({
    refreshToken: { rotate: true },
    clients: { demo: { client_secret: 'demo-secret', refresh_token_policy: { rotate: false, lifetime: '1m' } } },
  })
  const { json } = await journey.logIn()
  t.equal((await journey.introspect(json.refresh_token)).json.exp, NOON + 60)
  t.notOk('refresh_token' in (await refresh(journey, json.refresh_token)).json)
  t.equal((await refresh(journey, json.refresh_token)).status, 200)
  journey.provider.clock.advance('1m')
  t.equal((await refresh(journey, json.refresh_token)).json.error, 'invalid_grant')
})

t.test('a client that is not registered to refresh gets no refresh token, and wrong options are named', async t => {
  const journey = new Journey({
    clients: { demo: { client_secret: 'demo-secret', grant_types: ['authorization_code'] } },
  })
  t.notOk('refresh_token' in (await journey.logIn()).json)
  for (const [refreshToken, path] of [
    [{ grace: 'long' }, /refreshToken\.grace/],
    [{ reuse: 'ignore' }, /refreshToken\.reuse/],
    [{ rotates: true }, /refreshToken\.rotates.*rotate/],
  ] as const) {
    t.throws(() => new Journey({ refreshToken: refreshToken as object }), path)
  }
})
