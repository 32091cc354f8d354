import type { JsonObject } from '@gatehouse/protocol'
import { makeKey, openWire, rawRequest, signToken } from '@gatehouse/testkit'
import type { Denial } from '@gatehouse/verifier'
import Fastify from 'fastify'
import t from 'tap'
import gateway, { EVENTS_PATH, LOGOUT_PATH } from '../src/index.ts'
import { readRevocation } from '../src/revoke.ts'
import { AUDIENCE, ask, bearer, ISSUER, openWorld } from './world.ts'

const key = makeKey('ES256')
const main = { issuer: ISSUER, audience: [AUDIENCE], jwks: { keys: [key.jwk] } }
const issuers = { main: { ...main, revocation: { audience: 'gateway' } } }
const routes = [{ path: '/*', upstream: 'api', auth: {} }] as const

const now = () => Math.floor(Date.now() / 1000)
const token = (claims: JsonObject = {}): string =>
  signToken(key, { iss: ISSUER, aud: AUDIENCE, sub: 'alice', iat: now() - 1, exp: now() + 600, ...claims })
let statements = 0
const state = (claims: JsonObject, typ: string): string => {
  statements += 1
  return signToken(key, { iss: ISSUER, aud: 'gateway', iat: now(), jti: `s${statements}`, ...claims }, { typ })
}
const LOGOUT = { 'http://schemas.openid.net/event/backchannel-logout': {} }
const logout = (claims: JsonObject) => state({ events: LOGOUT, ...claims }, 'logout+jwt')
const REVOKED = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'

const post = (path: string, type: string, body: string): string =>
  ask('POST', path, [`Content-Type: ${type}`, `Content-Length: ${Buffer.byteLength(body)}`], body)
const FORM = 'application/x-www-form-urlencoded'
const SET = 'application/secevent+jwt'

async function open() {
  const told: (readonly Denial[])[] = []
  const world = await openWorld({ routes, issuers, onRevoked: denials => told.push(denials) })
  const send = (path: string, type: string, body: string) => rawRequest(world.port, post(path, type, body))
  const use = async (credential: string) => (await rawRequest(world.port, ask('GET', '/', [bearer(credential)]))).status
  return { ...world, told, send, use }
}

t.test('back-channel logout', async t => {
  await t.test('ends the tokens of the subject and their streams at once, and is heard by the program', async t => {
    const { send, use, told, port, upstream, close } = await open()
    t.teardown(close)
    upstream.server.removeAllListeners('request')
    upstream.server.on('request', (request, response) => {
      response.setHeader('content-type', 'text/event-stream')
      response.write('data: 1\n\n')
      if (request.url !== '/stream') response.end()
    })
    const mine = token()
    const other = token({ sub: 'bob' })
    const stream = await openWire(port)
    stream.send(ask('GET', '/stream', [bearer(mine)]))
    await stream.until('data: 1')
    const answer = await send(LOGOUT_PATH, FORM, `logout_token=${logout({ sub: 'alice' })}`)
    t.match(answer, { status: 200, headers: { 'cache-control': 'no-store' } })
    t.match(await stream.closed(), /event: gatehouse\ndata: token_inactive\n\n/)
    t.equal(await use(mine), 401)
    t.equal(await use(other), 200)
    t.match(told, [[{ by: 'sub', value: 'alice', issuer: 'main' }]])
  })

  await t.test('ends nothing where the token is not what it should be', async t => {
    const { send, use, told, close } = await open()
    t.teardown(close)
    const mine = token()
    const good = logout({ sub: 'alice' })
    const forged = signToken(makeKey('ES256'), { iss: ISSUER, aud: 'gateway', iat: now(), jti: 'x', events: LOGOUT })
    const bodies: [string, string][] = [
      [FORM, ''],
      [FORM, 'logout_token='],
      [FORM, `logout_token=${good}&logout_token=${good}`],
      [FORM, `logout_token=${mine}`],
      [FORM, `logout_token=${forged}`],
      [FORM, `logout_token=${logout({ sub: 'alice', nonce: 'n' })}`],
      [FORM, `logout_token=${logout({ sub: 'alice', aud: 'other' })}`],
      ['text/plain', `logout_token=${good}`],
      [SET, good],
    ]
    for (const [type, body] of bodies) {
      const answer = await send(LOGOUT_PATH, type, body)
      t.match(answer, { status: 400, headers: { 'cache-control': 'no-store', 'content-type': 'application/json' } })
      t.match(JSON.parse(answer.body), { error: 'invalid_request' })
    }
    t.equal((await send(LOGOUT_PATH, FORM, `logout_token=${'x'.repeat(40_000)}`)).status, 413)
    t.equal(await use(mine), 200)
    t.same(told, [])
  })
})

t.test('security events', async t => {
  const { send, use, told, close } = await open()
  t.teardown(close)
  const mine = token({ sid: 's1' })
  const event = (claims: JsonObject) => state({ events: { [REVOKED]: {} }, ...claims }, 'secevent+jwt')

  await t.test('are refused in the words of RFC 8935', async t => {
    const cases: [string, string][] = [
      ['nonsense', 'invalid_request'],
      [event({ sub: 'alice', iss: 'https://other.example.com' }), 'invalid_issuer'],
      [event({ sub: 'alice', aud: 'other' }), 'invalid_audience'],
      [`${event({ sub: 'alice' }).slice(0, -10)}AAAAAAAAAA`, 'invalid_key'],
    ]
    for (const [body, err] of cases) {
      const answer = await send(EVENTS_PATH, SET, body)
      t.equal(answer.status, 400)
      t.equal(JSON.parse(answer.body).err, err)
    }
    t.equal(await use(mine), 200)
  })

  await t.test('end what they name, or are fine and end nothing', async t => {
    const other = state({ events: { 'https://example.com/other': {} }, sub: 'alice' }, 'secevent+jwt')
    t.equal((await send(EVENTS_PATH, SET, other)).status, 202)
    t.equal(await use(mine), 200)
    t.same(told, [])
    const identifier = { format: 'iss_sub', iss: ISSUER, sub: 'alice' }
    t.equal((await send(EVENTS_PATH, SET, event({ sub_id: identifier }))).status, 202)
    t.equal(await use(mine), 401)
    t.equal(told.length, 1)
  })
})

t.test('the paths of the intake', async t => {
  await t.test('wait for 100 Continue and go before a route for everything', async t => {
    const { port, upstream, close } = await open()
    t.teardown(close)
    const body = `logout_token=${logout({ sub: 'zoe' })}`
    const wire = await openWire(port)
    wire.send(
      post(LOGOUT_PATH, FORM, '').replace(
        'Content-Length: 0',
        `Content-Length: ${body.length}\r\nExpect: 100-continue`,
      ),
    )
    await wire.until('100 Continue')
    wire.send(body)
    t.match(await wire.closed(), /HTTP\/1\.1 200/)
    t.same(upstream.seen, [])
  })

  await t.test('are no place for GET, nor where no issuer has a name for the gateway', async t => {
    const { port, close } = await open()
    const silent = await openWorld({ routes: [{ path: '/a', upstream: 'api', auth: {} }], issuers: { main } })
    t.teardown(async () => {
      await close()
      await silent.close()
    })
    t.equal((await rawRequest(port, ask('GET', LOGOUT_PATH))).status, 401, 'the route for everything')
    for (const path of [LOGOUT_PATH, EVENTS_PATH]) {
      t.equal((await rawRequest(silent.port, post(path, FORM, 'a=b'))).status, 404)
    }
  })
})

t.test('a program', async t => {
  const told: (readonly Denial[])[] = []
  const app = Fastify()
  t.teardown(() => app.close())
  const options = { issuers, upstreams: { api: { url: 'http://127.0.0.1:1' } }, onRevoked: told.push.bind(told) }
  await app.register(gateway, { ...options, prefix: '/a', routes })
  await app.register(gateway, { ...options, prefix: '/b', issuers: { other: main }, routes })
  const use = async (prefix: string, credential: string) =>
    (await app.inject({ url: `/${prefix}/`, headers: { authorization: `Bearer ${credential}` } })).statusCode

  await t.test('revokes at every gateway, or at those that know the issuer', async t => {
    const [first, second] = [token({ jti: 'one' }), token({ jti: 'two' })]
    t.match(app.gatehouse.revoke({ jti: 'one', until: now() + 60 }), { by: 'jti', until: now() + 60 })
    t.same([await use('a', first), await use('b', first)], [401, 401])
    app.gatehouse.revoke({ jti: 'two', issuer: 'other' })
    t.same([await use('a', second), await use('b', second)], [502, 401])
    t.equal(app.gatehouse.status().length, 2)
  })

  await t.test('revokes by client and by time', async t => {
    const old = token({ client_id: 'web', iat: now() - 100 })
    const young = token({ client_id: 'web' })
    app.gatehouse.revoke({ client_id: 'web', before: now() - 50 })
    t.same([await use('a', old), await use('a', young)], [401, 502])
  })

  await t.test('passes on what another process has accepted, and is not told of it', async t => {
    const before = told.length
    t.equal(app.gatehouse.deny([{ by: 'jti', value: 'three', until: now() + 60 }]), true)
    t.equal(await use('a', token({ jti: 'three' })), 401)
    t.equal(told.length, before)
  })

  await t.test('is told what is wrong with a revocation', async t => {
    const wrong: [object, RegExp][] = [
      [{}, /exactly one of jti, sid, sub and client_id/],
      [{ sub: 'a', sid: 'b' }, /exactly one/],
      [{ sub: '' }, /^sub: is no text/],
      [{ sub: 1 }, /^sub: is no text/],
      [{ sub: 'a', befor: 1 }, /^befor: is not known/],
      [{ sub: 'a', before: Number.NaN }, /^before: is no time/],
      [{ sub: 'a', issuer: 'nobody' }, /^issuer: is not configured/],
    ]
    for (const [revocation, message] of wrong) t.throws(() => app.gatehouse.revoke(revocation), { message })
    t.same(readRevocation({ sid: 'a', until: 1 }), { by: 'sid', value: 'a', until: 1 })
  })
})
