import type { Claims, JsonValue } from '@gatehouse/protocol'
import t from 'tap'
import type { Facts } from '../../src/facts.ts'
import type { IssuerConfig } from '../../src/issuer/config.ts'
import type { PolicyOptions } from '../../src/options.ts'
import { authorize } from '../../src/policy/authorize.ts'
import { compilePolicy } from '../../src/policy/policy.ts'
import { API, answerFacts, jwtFacts, makeConfig, NOW } from '../configs.ts'

const main = makeConfig()
const other = makeConfig({ name: 'other', audience: undefined })
const issuers = new Map<string, IssuerConfig>([
  ['main', main],
  ['other', other],
])

const judge = (facts: Facts, options: PolicyOptions = {}, now = NOW, proven?: boolean) =>
  authorize(facts, compilePolicy(options, issuers, 'auth'), now, proven)

function codeOf(...args: Parameters<typeof judge>): string {
  const outcome = judge(...args)
  return outcome.ok ? 'ok' : outcome.rejection.code
}

t.test('auth: {} accepts any valid token of any issuer, and hands out the same principal each time', async t => {
  const facts = jwtFacts()
  t.same(judge(facts), { ok: true, value: facts.principal })
  t.equal(judge(facts), judge(facts))
  t.equal(codeOf(jwtFacts({}, other)), 'ok')
})

t.test('a JWT expires at exp plus the tolerance, an answer at exp', async t => {
  const jwt = jwtFacts({ exp: NOW })
  t.equal(codeOf(jwt, {}, NOW + 4.9), 'ok')
  t.equal(codeOf(jwt, {}, NOW + 5), 'token_expired')
  const answer = answerFacts({ exp: NOW, aud: API })
  t.equal(codeOf(answer, {}, NOW - 0.1), 'ok')
  t.equal(codeOf(answer, {}, NOW), 'token_expired')
  t.equal(codeOf(answerFacts({ aud: API }), {}, NOW + 1e9), 'ok')
})

t.test('nbf has the tolerance', async t => {
  t.equal(codeOf(jwtFacts({ nbf: NOW + 5 })), 'ok')
  t.equal(codeOf(jwtFacts({ nbf: NOW + 6 })), 'token_not_yet_valid')
  t.equal(codeOf(jwtFacts({ iat: NOW + 3600 })), 'token_not_yet_valid')
})

t.test('facts of an issuer that the route does not name are refused', async t => {
  t.equal(codeOf(jwtFacts({}, other), { issuers: ['main'] }), 'issuer_unknown')
  t.equal(codeOf(jwtFacts({}, other), { issuers: ['main', 'other'] }), 'ok')
})

// APISIX PR #13829: an absent aud passed.
t.test('one of the issuer’s audiences is required, and absent is not one', async t => {
  t.equal(codeOf(jwtFacts({ aud: ['x', API] })), 'ok')
  t.equal(codeOf(jwtFacts({ aud: 'https://other.example.com' })), 'audience_mismatch')
  t.equal(codeOf(jwtFacts({ aud: null })), 'audience_mismatch')
  t.equal(codeOf(jwtFacts({ aud: [] })), 'audience_mismatch')
  t.equal(codeOf(jwtFacts({ aud: null }, other)), 'ok', 'unless unchecked on purpose')
})

t.test('a route’s audience narrows the issuer’s and replaces it nowhere', async t => {
  const options = { audience: [`${API}/orders`] }
  t.equal(codeOf(jwtFacts({ aud: [API, `${API}/orders`] }), options), 'ok')
  t.equal(codeOf(jwtFacts({ aud: API }), options), 'audience_mismatch')
  t.equal(codeOf(jwtFacts({ aud: `${API}/orders` }), options), 'audience_mismatch')
  t.equal(codeOf(jwtFacts({ aud: `${API}/orders` }, other), options), 'ok')
  t.equal(codeOf(jwtFacts({ aud: null }, other), options), 'audience_mismatch')
})

// Oathkeeper #743: a cached token accepted for a route that needs another scope.
t.test('the same facts are accepted on one route and refused on another', async t => {
  const facts = jwtFacts({ scope: 'orders:read' })
  t.equal(codeOf(facts, { scopes: ['orders:read'] }), 'ok')
  const outcome = judge(facts, { scopes: ['orders:read', 'orders:write'] })
  t.match(outcome, {
    rejection: { code: 'scope_missing', detail: { scopes: ['orders:read', 'orders:write'] }, issuer: 'main' },
  })
  t.equal(codeOf(facts, { scopes: ['orders:read'] }), 'ok')
})

t.test('scopes wants all, anyScope one, and nothing is matched by its beginning', async t => {
  const facts = jwtFacts({ scope: ['a', 'bb'] })
  t.equal(codeOf(facts, { scopes: ['a', 'bb'] }), 'ok')
  t.equal(codeOf(facts, { scopes: ['b'] }), 'scope_missing')
  t.equal(codeOf(facts, { scopes: ['A'] }), 'scope_missing')
  t.equal(codeOf(facts, { anyScope: ['x', 'bb'] }), 'ok')
  t.match(judge(facts, { anyScope: ['x', 'y'] }), { rejection: { detail: { scopes: ['x', 'y'] } } })
  t.equal(codeOf(facts, { scopes: ['a'], anyScope: ['x'] }), 'scope_missing')
})

t.test('clients lets in those named and no token without a client', async t => {
  t.equal(codeOf(jwtFacts({ azp: 'web' }), { clients: ['web', 'mobile'] }), 'ok')
  t.equal(codeOf(jwtFacts({ client_id: 'evil' }), { clients: ['web'] }), 'client_denied')
  t.equal(codeOf(jwtFacts(), { clients: ['web'] }), 'client_denied')
})

t.test('a claim is equal, or contains, or is one of', async t => {
  const allows = (claims: Claims, demands: PolicyOptions['claims']) =>
    codeOf(jwtFacts(claims), demands === undefined ? {} : { claims: demands })
  t.equal(allows({ email_verified: true }, { email_verified: true }), 'ok')
  t.equal(allows({ email_verified: 'true' }, { email_verified: true }), 'claim_denied')
  t.equal(allows({ level: 1 }, { level: '1' }), 'claim_denied')
  t.equal(allows({}, { email_verified: true }), 'claim_denied')
  t.equal(allows({ groups: ['users', 'admins'] }, { groups: { contains: 'admins' } }), 'ok')
  t.equal(allows({ groups: 'admins' }, { groups: { contains: 'admins' } }), 'ok', 'an array of one, written short')
  t.equal(allows({ groups: 'superadmins' }, { groups: { contains: 'admins' } }), 'claim_denied')
  t.equal(allows({ groups: ['superadmins', ['admins']] }, { groups: { contains: 'admins' } }), 'claim_denied')
  t.equal(allows({ groups: { admins: true } }, { groups: { contains: 'admins' } }), 'claim_denied')
  t.equal(allows({ tier: 'b' }, { tier: { oneOf: ['a', 'b'] } }), 'ok')
  t.equal(allows({ tier: ['b'] }, { tier: { oneOf: ['a', 'b'] } }), 'claim_denied')
  t.equal(allows({ tier: 'c' }, { tier: { oneOf: ['a', 'b'] } }), 'claim_denied')
  t.equal(allows({ x: null }, { x: null }), 'ok')
  t.equal(allows({}, { x: null }), 'claim_denied')
})

t.test('amr is a list, a lone string, or nothing that says how anybody was authenticated', async t => {
  const code = (amr: JsonValue) => codeOf(jwtFacts({ amr }), { claims: { amr: { contains: 'otp' } } })
  t.equal(code(['pwd', 'otp']), 'ok')
  t.equal(code('otp'), 'ok')
  t.equal(code(['pwd']), 'claim_denied')
  t.equal(code(''), 'claim_denied')
  t.equal(code('["otp"]'), 'claim_denied', 'a list in a string, as one system writes it')
})

t.test('a key with a slash is a JSON Pointer and any other a name, dots and all', async t => {
  const allows = (claims: Claims, key: string) => codeOf(jwtFacts(claims), { claims: { [key]: 'x' } })
  t.equal(allows({ client_claims: { domain: 'x' } }, '/client_claims/domain'), 'ok')
  t.equal(allows({ 'client_claims/domain': 'x' }, '/client_claims/domain'), 'claim_denied')
  t.equal(allows({ 'https://example.com/role': 'x' }, 'https://example.com/role'), 'ok')
  t.equal(allows({ 'a/b': { 'm~n': 'x' } }, '/a~1b/m~0n'), 'ok')
  t.equal(allows({ '~1': 'x' }, '/~01'), 'ok')
  t.equal(allows({ list: ['y', 'x'] }, '/list/1'), 'ok')
  t.equal(allows({ list: ['y', 'x'] }, '/list/01'), 'claim_denied')
  t.equal(allows({ list: ['y', 'x'] }, '/list/-'), 'claim_denied')
  t.equal(allows({ list: ['y'] }, '/list/length'), 'claim_denied')
  t.equal(allows({ a: 'x' }, '/a/0'), 'claim_denied')
  t.equal(allows({ '': 'x' }, '/'), 'ok')
  t.equal(allows({ a: null }, '/a/b'), 'claim_denied')
})

t.test('what prototypes offer satisfies no demand', async t => {
  for (const key of ['toString', 'constructor', '__proto__', '/constructor/name', '/__proto__/x']) {
    t.equal(codeOf(jwtFacts(), { claims: { [key]: 'Object' } }), 'claim_denied', key)
  }
  const claims = JSON.parse('{"__proto__":{"role":"admin"}}')
  t.equal(codeOf(jwtFacts(claims), { claims: { role: 'admin' } }), 'claim_denied')
})

const THUMB = 'a'.repeat(43)

t.test('a token bound to a key is refused as long as nobody proved to hold it', async t => {
  for (const cnf of [{ jkt: THUMB }, { 'x5t#S256': THUMB }, { kid: 'k' }, {}]) {
    t.equal(codeOf(jwtFacts({ cnf })), 'proof_missing')
    t.equal(codeOf(answerFacts({ cnf, aud: API })), 'proof_missing')
    t.equal(codeOf(jwtFacts({ cnf }), {}, NOW, true), 'ok')
  }
})

t.test('a route that demands a kind of proof refuses tokens bound in no way or in another', async t => {
  const code = (proof: 'dpop' | 'mtls', claims: Claims) => {
    const policy = { ...compilePolicy({}, issuers, 'auth'), proof }
    const outcome = authorize(jwtFacts(claims), policy, NOW, true)
    return outcome.ok ? 'ok' : outcome.rejection.code
  }
  const jkt = { cnf: { jkt: THUMB } }
  const x5t = { cnf: { 'x5t#S256': THUMB } }
  t.same([code('dpop', jkt), code('dpop', x5t), code('dpop', {})], ['ok', 'proof_missing', 'proof_missing'])
  t.same([code('mtls', jkt), code('mtls', x5t), code('mtls', {})], ['proof_missing', 'ok', 'proof_missing'])
})

t.test('acr must be one of those named, and the challenge names them', async t => {
  const options = { acr: ['silver', 'gold'], maxAge: '10m' }
  t.equal(codeOf(jwtFacts({ acr: 'gold', auth_time: NOW }), options), 'ok')
  t.match(judge(jwtFacts({ acr: 'bronze', auth_time: NOW }), options), {
    rejection: { code: 'step_up_required', detail: { acr: ['silver', 'gold'], maxAge: 600 } },
  })
  t.equal(codeOf(jwtFacts({ auth_time: NOW }), options), 'step_up_required')
  t.equal(codeOf(jwtFacts({ acr: '', auth_time: NOW }), { acr: ['gold'] }), 'step_up_required')
})

t.test('authentication must be as recent as maxAge, by auth_time, with tolerance', async t => {
  t.equal(codeOf(jwtFacts({ auth_time: NOW - 605 }), { maxAge: '10m' }), 'ok')
  t.equal(codeOf(jwtFacts({ auth_time: NOW - 606 }), { maxAge: 600 }), 'step_up_required')
  t.equal(codeOf(jwtFacts(), { maxAge: 600 }), 'step_up_required')
  t.equal(codeOf(jwtFacts({ auth_time: 'today' }), { maxAge: 600 }), 'step_up_required')
})

t.test('what is wrong with the token is said before what it may not do, and that before step-up', async t => {
  const options = { clients: ['web'], scopes: ['a'], claims: { x: 1 }, acr: ['gold'] }
  const stages: [Claims, string][] = [
    [{ exp: 0, aud: null, cnf: { jkt: THUMB } }, 'token_expired'],
    [{ aud: null, cnf: { jkt: THUMB } }, 'audience_mismatch'],
    [{ cnf: { jkt: THUMB } }, 'proof_missing'],
    [{}, 'client_denied'],
    [{ client_id: 'web' }, 'scope_missing'],
    [{ client_id: 'web', scope: 'a' }, 'claim_denied'],
    [{ client_id: 'web', scope: 'a', x: 1 }, 'step_up_required'],
    [{ client_id: 'web', scope: 'a', x: 1, acr: 'gold' }, 'ok'],
  ]
  for (const [claims, code] of stages) t.equal(codeOf(jwtFacts(claims), options), code)
})
