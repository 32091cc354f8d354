import type { JsonObject } from '@gatehouse/protocol'
import { json, makeKey, signToken, signWithSecret } from '@gatehouse/testkit'
import t from 'tap'
import { DENIED, type Denial, type Outcome, RevocationError } from '../../src/index.ts'
import { API, bearer, CLIENT, ISSUER, JWKS, makeScene } from '../scene.ts'

const LOGOUT = 'http://schemas.openid.net/event/backchannel-logout'
const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/'

function play(options: Parameters<typeof makeScene>[0] = {}) {
  const scene = makeScene({ introspection: CLIENT, ...options })
  const { revocations } = scene.verifier
  const make = (claims: JsonObject, header: JsonObject, key = scene.key): string =>
    signToken(key, { iss: ISSUER, aud: 'gateway', iat: scene.net.now(), jti: 'x', ...claims }, header)
  const logout = (claims: JsonObject = {}, header: JsonObject = {}, key = scene.key): string =>
    make({ exp: scene.net.now() + 120, events: { [LOGOUT]: {} }, ...claims }, { typ: 'logout+jwt', ...header }, key)
  const event = (type: string, claims: JsonObject = {}, body: JsonObject = {}, header: JsonObject = {}): string =>
    make({ events: { [type]: body }, ...claims }, { typ: 'secevent+jwt', ...header })
  let changes = 0
  revocations.changes.addEventListener(DENIED, () => {
    changes++
  })
  const token = (claims: JsonObject = {}) => scene.token({ iat: scene.net.now() - 1, ...claims })
  return { ...scene, revocations, logout, event, token, changes: () => changes }
}

const codeOf = (outcome: Outcome<readonly Denial[]>): string =>
  outcome.ok ? outcome.value.map(({ by, value }) => `${by} ${value}`).join(', ') : outcome.rejection.code

t.test(
  'a subject who logged out by back-channel is refused from the next request on, and may log in again',
  async t => {
    const { ask, token, revocations, logout, changes, net, verifier, policy } = play()
    const mine = token()
    t.equal(await ask(mine), 'ok')
    const before = await verifier.authenticate(bearer(mine), policy)
    if (!before.ok) throw new Error('it was accepted')
    t.notOk(revocations.isDenied(before.value))
    t.equal(codeOf(await revocations.acceptLogoutToken(logout({ sub: 'alice' }))), 'sub alice')
    t.equal(changes(), 1)
    t.ok(revocations.isDenied(before.value), 'what an open stream asks')
    t.match(verifier.authenticate(bearer(mine), policy), {
      ok: false,
      rejection: { code: 'token_inactive', issuer: 'main', cause: 'The token was revoked' },
    })
    t.equal(await ask(token({ sub: 'bob' })), 'ok')
    net.advance(2)
    t.equal(await ask(token({ iat: net.now() })), 'ok', 'issued after the logout')
    t.equal(await ask(mine), 'token_inactive')
    net.advance(86_400)
    t.equal(await ask(mine), 'token_expired', 'and forgotten in the end')
  },
)

t.test('a session ends alone, with those tokens of its subject that name no session', async t => {
  const { ask, token, revocations, logout, net } = play()
  t.equal(codeOf(await revocations.acceptLogoutToken(logout({ sub: 'alice', sid: 's1' }))), 'sid s1, sessionless alice')
  t.equal(await ask(token({ sid: 's1' })), 'token_inactive')
  t.equal(await ask(token({ sid: 's2' })), 'ok')
  t.equal(await ask(token()), 'token_inactive')
  net.advance(2)
  t.equal(await ask(token({ iat: net.now() })), 'ok')
  t.equal(await ask(token({ sid: 's1', iat: net.now() })), 'token_inactive', 'a session that ended stays ended')
  t.equal(codeOf(await revocations.acceptLogoutToken(logout({ sid: 's2' }))), 'sid s2')
  t.equal(await ask(token({ sid: 's2' })), 'token_inactive')
})

t.test('opaque tokens are denied as JWTs are, answered from memory or not', async t => {
  const { ask, net, revocations, logout } = play({ tokens: 'opaque', revocation: {} })
  net.on(`${ISSUER}/introspect`, () => json({ active: true, sub: 'alice', aud: API, iat: net.now() - 9 }))
  t.equal(await ask('opaque'), 'ok')
  await revocations.acceptLogoutToken(logout({ sub: 'alice' }))
  t.equal(await ask('opaque'), 'token_inactive')
  t.equal(net.count(`${ISSUER}/introspect`), 1)
})

t.test('a logout token that is not one, not for us, not of now or not signed by its issuer ends nothing', async t => {
  const { revocations, logout, token, ask, event, net, changes, key } = play()
  const now = net.now()
  const alice = { sub: 'alice' }
  const rows: readonly [string, string, string][] = [
    ['no subject', logout(), 'claim_missing'],
    ['an empty subject', logout({ sub: ' ' }), 'claim_missing'],
    ['a nonce', logout({ ...alice, nonce: 'n' }), 'token_type_mismatch'],
    ['no events', logout({ ...alice, events: null }), 'claim_missing'],
    ['another event', logout({ ...alice, events: { [`${CAEP}session-revoked`]: {} } }), 'token_type_mismatch'],
    ['an event that is no object', logout({ ...alice, events: { [LOGOUT]: true } }), 'token_type_mismatch'],
    ['no jti', logout({ ...alice, jti: null }), 'claim_missing'],
    ['no iat', logout({ ...alice, iat: null }), 'claim_missing'],
    ['an old one', logout({ ...alice, iat: now - 361, exp: null }), 'token_expired'],
    ['one that is over', logout({ ...alice, iat: now - 200, exp: now - 60 }), 'token_expired'],
    ['an exp that is none', logout({ ...alice, exp: 'soon' }), 'token_malformed'],
    ['one that begins later', logout({ ...alice, nbf: now + 61 }), 'token_not_yet_valid'],
    ['one that begins at no time', logout({ ...alice, nbf: 'soon' }), 'token_malformed'],
    ['one of the future', logout({ ...alice, iat: now + 61 }), 'token_not_yet_valid'],
    ['for somebody else', logout({ ...alice, aud: 'another' }), 'audience_mismatch'],
    ['of another issuer', logout({ ...alice, iss: 'https://evil.example.com' }), 'issuer_unknown'],
    ['another type', logout(alice, { typ: 'at+jwt' }), 'token_type_mismatch'],
    ['a security event', event(LOGOUT, alice), 'token_type_mismatch'],
    ['an access token', token({ aud: 'gateway', jti: 'x' }), 'claim_missing'],
    ['another key', logout(alice, {}, makeKey('ES256', 'one')), 'signature_invalid'],
    ['a key that nobody has', logout(alice, { kid: 'two' }), 'key_unknown'],
    ['a secret', signWithSecret(JSON.stringify(key.jwk), { iss: ISSUER, aud: 'gateway' }), 'algorithm_not_allowed'],
    ['no JWT', 'opaque', 'token_malformed'],
    ['too long', 'a'.repeat(20_000), 'token_too_large'],
  ]
  for (const [name, made, code] of rows) t.equal(codeOf(await revocations.acceptLogoutToken(made)), code, name)
  t.equal(await ask(token()), 'ok')
  t.equal(changes(), 0)
  for (const header of [{ typ: 'JWT' }, { typ: 'application/logout+jwt' }]) {
    t.equal(codeOf(await revocations.acceptLogoutToken(logout(alice, header))), 'sub alice')
  }
})

t.test('a logout token is not an access token', async t => {
  const { ask, logout } = play()
  t.equal(await ask(logout({ sub: 'alice', aud: API })), 'token_type_mismatch')
  t.equal(await ask(logout({ sub: 'alice', aud: API }, { typ: 'JWT' })), 'token_type_mismatch')
})

t.test('keys that can not be had are said to be that', async t => {
  const { revocations, logout, net } = play()
  net.off(JWKS)
  t.equal(codeOf(await revocations.acceptLogoutToken(logout({ sub: 'alice' }))), 'issuer_unavailable')
})

t.test('CAEP and RISC events end what they name, in the ways in which subjects are written', async t => {
  const { revocations, event, net } = play()
  const revoked = `${CAEP}session-revoked`
  const user = { format: 'iss_sub', iss: ISSUER, sub: 'alice' }
  const session = { format: 'opaque', id: 's1' }
  const rows: readonly [string, string, string][] = [
    ['sub_id', event(revoked, { sub_id: user }), 'sub alice'],
    ['opaque', event(revoked, { sub_id: { format: 'opaque', id: 'alice' } }), 'sub alice'],
    ['jwt_id', event(revoked, { sub_id: { format: 'jwt_id', iss: ISSUER, jti: 'j1' } }), 'jti j1'],
    ['user and session', event(revoked, { sub_id: { format: 'complex', user, session } }), 'sid s1, sessionless alice'],
    ['session', event(revoked, { sub_id: { format: 'complex', session } }), 'sid s1'],
    ['user and device', event(revoked, { sub_id: { format: 'complex', user, device: {} } }), 'sub alice'],
    ['in the event', event(revoked, {}, { subject: { ...user, format: null, subject_type: 'iss-sub' } }), 'sub alice'],
    ['sub', event(`${RISC}account-disabled`, { sub: 'alice' }), 'sub alice'],
    ['purged', event(`${RISC}account-purged`, { sub_id: user }), 'sub alice'],
    ['compromised', event(`${RISC}credential-compromise`, { sub_id: user }), 'sub alice'],
    ['change', event(`${RISC}account-credential-change-required`, { sub_id: user }), 'sub alice'],
    ['sessions', event(`${RISC}sessions-revoked`, { sub_id: user }), 'sub alice'],
    ['nothing to end', event(`${RISC}account-enabled`, { sub_id: user }), ''],
    ['an older one', event(revoked, { sub_id: user, iat: net.now() - 86_000 }), 'sub alice'],
    ['untyped', event(revoked, { sub_id: user }, {}, { typ: 'JWT' }), 'sub alice'],
    ['another’s subject', event(revoked, { sub_id: { ...user, iss: 'https://evil.example.com' } }), 'claim_missing'],
    ['mail', event(revoked, { sub_id: { format: 'email', email: 'a@example.com' } }), 'claim_missing'],
    ['tenant', event(revoked, { sub_id: { format: 'complex', user: { format: 'email' } } }), 'claim_missing'],
    ['nobody', event(revoked), 'claim_missing'],
    ['a logout token', event(revoked, { sub_id: user }, {}, { typ: 'logout+jwt' }), 'token_type_mismatch'],
    ['too old', event(revoked, { sub_id: user, iat: net.now() - 86_500 }), 'token_expired'],
    ['not an object', event(revoked, { events: [revoked] }), 'claim_missing'],
    ['not for us', event(revoked, { sub_id: user, aud: API }), 'audience_mismatch'],
  ]
  for (const [name, made, expected] of rows) {
    t.equal(codeOf(await revocations.acceptSecurityEvent(made)), expected, name)
  }
})

t.test('what a security event names is refused from then on', async t => {
  const { ask, token, revocations, event, net, changes } = play()
  const [one, two] = [token({ jti: 'one' }), token({ jti: 'two' })]
  await revocations.acceptSecurityEvent(
    event(`${CAEP}session-revoked`, { sub_id: { format: 'jwt_id', iss: ISSUER, jti: 'one' } }),
  )
  t.equal(await ask(one), 'token_inactive')
  t.equal(await ask(two), 'ok')
  await revocations.acceptSecurityEvent(event(`${RISC}account-enabled`, { sub: 'alice' }))
  t.equal(changes(), 1, 'an event that ends nothing changes nothing')
  net.advance(1)
  await revocations.acceptSecurityEvent(event(`${RISC}account-disabled`, { sub: 'alice' }))
  t.equal(await ask(two), 'token_inactive')
})

t.test('an operator denies by name, for one issuer or for all, and mistakes are thrown', async t => {
  const other = { issuer: 'https://other.example.com', audience: API, revocation: { audience: 'g', lifetime: '2d' } }
  const { verifier, token, ask, net, publish, key } = makeScene({ introspection: CLIENT }, { other })
  publish(key)
  const mine = token({ client_id: 'web', iat: net.now() })
  t.equal(await ask(mine), 'ok')
  t.ok(verifier.revocations.deny({ by: 'client', value: 'web', issuer: 'other' }))
  t.equal(await ask(mine), 'ok')
  t.ok(verifier.revocations.deny({ by: 'client', value: 'web', until: net.now() + 10 }))
  t.equal(await ask(mine), 'token_inactive')
  net.advance(10)
  t.equal(await ask(mine), 'ok')
  t.ok(verifier.revocations.deny({ by: 'client', value: 'web' }))
  t.equal(await ask(mine), 'token_inactive')
  t.throws(() => verifier.revocations.deny({ by: 'sub', value: '' }), RevocationError)
  t.throws(() => verifier.revocations.deny({ by: 'sub', value: 'a', issuer: 'nobody' }), RevocationError)
})

t.test('an issuer is called by its name or by its iss, and a lifetime is its own', async t => {
  const other = { issuer: 'https://other.example.com', audience: API, revocation: { audience: 'g', lifetime: '2d' } }
  const { verifier, net } = makeScene({ introspection: CLIENT }, { other })
  const { revocations } = verifier
  const denied = revocations.deny({ by: 'jti', value: 'a', issuer: 'https://other.example.com' })
  t.same(denied, { by: 'jti', value: 'a', issuer: 'other', until: net.now() + 172_800 })
  t.match(revocations.deny({ by: 'jti', value: 'b', issuer: 'main' }), { until: net.now() + 86_400 })
  t.match(revocations.deny({ by: 'jti', value: 'c' }), { until: net.now() + 172_800 }, 'of all the longest')
  t.same(
    revocations.inForce().map(({ value, issuer }) => [value, issuer]),
    [
      ['a', 'other'],
      ['b', 'main'],
      ['c', undefined],
    ],
  )
  net.advance(86_400)
  t.same(
    revocations.inForce().map(({ value }) => value),
    ['a', 'c'],
  )
})

t.test('what is lifted passes again: of a subject what its logouts ended, too', async t => {
  const { verifier, token, ask, net, publish, key } = makeScene({ introspection: CLIENT })
  publish(key)
  const { revocations } = verifier
  const mine = token({ sub: 'alice', iat: net.now() })
  t.equal(revocations.lift({ by: 'sub', value: 'alice' }), false)
  revocations.deny({ by: 'sub', value: 'alice', issuer: 'main', issuedBefore: net.now() })
  t.equal(revocations.lift({ by: 'sub', value: 'alice' }), false, 'of every issuer nothing was denied')
  t.equal(await ask(mine), 'token_inactive')
  t.equal(revocations.lift({ by: 'sub', value: 'alice', issuer: ISSUER }), true)
  t.equal(await ask(mine), 'ok')
  revocations.deny({ by: 'sessionless', value: 'alice', issuer: 'main' })
  t.equal(await ask(mine), 'token_inactive')
  t.equal(revocations.lift({ by: 'sub', value: 'alice', issuer: 'main' }), true)
  t.equal(await ask(mine), 'ok')
  t.same(revocations.inForce(), [])
  t.throws(() => revocations.lift({ by: 'sub', value: 'alice', issuer: 'nobody' }), RevocationError)
})
