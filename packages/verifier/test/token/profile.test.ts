import type { Claims } from '@gatehouse/protocol'
import fc from 'fast-check'
import t from 'tap'
import { mergeFacts } from '../../src/token/merge.ts'
import { profileAnswer, profileJwt } from '../../src/token/profile.ts'
import { API, answerFacts, ISSUER, jwtFacts, makeConfig, NOW } from '../configs.ts'

const config = makeConfig()
const base = { iss: ISSUER, aud: API, exp: NOW + 3600 }

const codeOf = (outcome: { ok: boolean; rejection?: { code: string } }) => (outcome.ok ? 'ok' : outcome.rejection?.code)

t.test('scope, scp, arrays and comma lists are one thing', async t => {
  const comma = makeConfig({ scopeSeparator: 'comma' })
  t.same(jwtFacts({ scope: 'a b' }).principal.scopes, ['a', 'b'])
  t.same(jwtFacts({ scope: ['a', 'b'] }).principal.scopes, ['a', 'b'])
  t.same(jwtFacts({ scp: 'a b' }).principal.scopes, ['a', 'b'])
  t.same(jwtFacts({ scp: ['a', 'b'] }).principal.scopes, ['a', 'b'])
  t.same(jwtFacts({ scope: 'a,b, c' }, comma).principal.scopes, ['a', 'b', 'c'])
  t.same(jwtFacts({ scope: 'a,b' }).principal.scopes, ['a,b'])
  t.same(jwtFacts({}).principal.scopes, [])
  t.same(jwtFacts({ scope: 7, scp: ['b'] }).principal.scopes, ['b'])
  t.same(jwtFacts({ scope: '', scp: 'admin' }).principal.scopes, [], 'an issuer that says none means none')
  t.same(jwtFacts({ scope: ' a  a ' }).principal.scopes, ['a'])
})

t.test('a scope array with members that are no strings grants what the strings say and crashes nothing', async t => {
  t.same(jwtFacts({ scope: ['a', 1, null, { toString: 'x' }, ['b'], ''] }).principal.scopes, ['a'])
  t.same(jwtFacts({ aud: [1, null, API, {}] }).principal.audience, [API])
})

t.test('an array member that holds a separator is read as the upstream would read it joined', async t => {
  t.same(jwtFacts({ scope: ['read admin'] }).principal.scopes, ['read', 'admin'])
})

t.test('the client is client_id, else azp, else cid', async t => {
  t.equal(jwtFacts({ client_id: 'a', azp: 'b', cid: 'c' }).principal.client, 'a')
  t.equal(jwtFacts({ azp: 'b', cid: 'c' }).principal.client, 'b')
  t.equal(jwtFacts({ cid: 'c' }).principal.client, 'c')
  t.equal(jwtFacts({ client_id: '', azp: 7 }).principal.client, undefined)
})

t.test('an absent, empty or blank subject is no subject', async t => {
  t.equal(answerFacts({}).principal.subject, undefined)
  t.equal(answerFacts({ sub: '' }).principal.subject, undefined)
  t.equal(answerFacts({ sub: ' ' }).principal.subject, undefined)
  t.equal(answerFacts({ sub: 7 }).principal.subject, undefined)
  t.equal(answerFacts({ sub: 'alice' }).principal.subject, 'alice')
})

t.test('a JWT without exp, or with one that is no finite number, is refused', async t => {
  t.equal(codeOf(profileJwt(config, { iss: ISSUER, aud: API })), 'claim_missing')
  t.equal(codeOf(profileJwt(config, { ...base, exp: null })), 'claim_missing')
  for (const exp of [String(NOW + 60), Number.POSITIVE_INFINITY, Number.NaN, true, {}, [NOW]]) {
    t.equal(codeOf(profileJwt(config, { ...base, exp } as Claims)), 'token_malformed')
  }
  t.equal(codeOf(profileJwt(config, { ...base, nbf: '1' })), 'token_malformed')
  t.equal(codeOf(profileJwt(config, { ...base, iat: '1' })), 'token_malformed')
})

t.test('typ at+jwt asks for every claim of RFC 9068 section 2.2', async t => {
  const strict = makeConfig({ typ: 'at+jwt' })
  const full = { ...base, sub: 'alice', client_id: 'web', iat: NOW, jti: '1' }
  t.equal(codeOf(profileJwt(strict, full)), 'ok')
  for (const name of ['exp', 'aud', 'sub', 'client_id', 'iat', 'jti']) {
    t.equal(codeOf(profileJwt(strict, { ...full, [name]: null })), 'claim_missing', name)
  }
})

t.test('tolerance widens the times of a JWT, and nbf but not exp of an answer', async t => {
  const jwt = jwtFacts({ nbf: NOW + 10 })
  t.equal(jwt.validUntil, NOW + 3605)
  t.equal(jwt.validFrom, NOW + 5)
  t.equal(jwtFacts().validFrom, -Infinity)
  const answer = answerFacts({ exp: NOW + 60, nbf: NOW + 10 })
  t.equal(answer.validUntil, NOW + 60)
  t.equal(answer.validFrom, NOW + 5)
})

t.test('a JWT may be issued a minute ahead of our clock and no more; an answer by any clock', async t => {
  t.equal(jwtFacts({ iat: NOW + 100 }).validFrom, NOW + 40)
  t.equal(jwtFacts({ iat: NOW + 100 }, makeConfig({ clockTolerance: 90 })).validFrom, NOW + 10)
  t.equal(answerFacts({ iat: NOW + 7200 }).validFrom, -Infinity)
  t.equal(answerFacts({ iat: '7' }).issuedAt, 7)
  t.equal(answerFacts({ iat: 'Tue, 18 Oct 2016 19:30:56 GMT' }).issuedAt, undefined)
})

t.test('exp of an answer may be digits in quotes, or absent', async t => {
  t.equal(answerFacts({ exp: '1700000060' }).principal.expiresAt, 1_700_000_060)
  t.equal(answerFacts({ exp: '1700000060.5' }).validUntil, 1_700_000_060.5)
  t.equal(answerFacts({}).principal.expiresAt, undefined)
  t.equal(answerFacts({ exp: null }).validUntil, Infinity)
  for (const exp of ['soon', '', '1e99', ' 1', '0x10', true, {}, []]) {
    t.equal(codeOf(profileAnswer(config, { active: true, exp } as Claims)), 'token_malformed', JSON.stringify(exp))
  }
  t.equal(codeOf(profileAnswer(config, { active: true, nbf: 'x' })), 'token_malformed')
})

t.test('exp 0 is 1970, unless the issuer means "never" by it', async t => {
  t.equal(answerFacts({ exp: 0 }).validUntil, 0)
  t.equal(answerFacts({ exp: 0 }, makeConfig({}, { zeroExpMeansNone: true })).validUntil, Infinity)
  t.equal(answerFacts({ exp: '0' }, makeConfig({}, { zeroExpMeansNone: true })).principal.expiresAt, undefined)
})

t.test('an answer without iss is from the issuer asked; one that names another is not', async t => {
  for (const iss of [undefined, null, '', ' ', ISSUER]) {
    const answer = iss === undefined ? {} : { iss }
    t.equal(answerFacts(answer).principal.issuer, ISSUER)
  }
  for (const iss of [`${ISSUER}/`, 'https://evil.example.com', 7, [ISSUER]]) {
    t.equal(codeOf(profileAnswer(config, { active: true, iss })), 'issuer_unknown')
  }
})

t.test('a refresh token is no access token', async t => {
  const strict = makeConfig({}, { tokenType: 'present' })
  t.equal(codeOf(profileAnswer(strict, { active: true })), 'token_type_mismatch')
  t.equal(codeOf(profileAnswer(strict, { active: true, token_type: 'access_token' })), 'ok')
  t.equal(codeOf(profileAnswer(config, { active: true })), 'ok')
  t.equal(codeOf(profileAnswer(config, { active: true, token_type: 'refresh_token' })), 'token_type_mismatch')
})

// node-oauth2-jwt-bearer 1.9.2 refused cnf with members that it did not know.
t.test('cnf may hold members that nobody here knows', async t => {
  const jkt = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'
  const cnf = { jkt, 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2', kid: 'k', jwk: { kty: 'OKP' } }
  t.same(jwtFacts({ cnf }).principal.confirmation, cnf)
  t.same(answerFacts({ cnf }).principal.confirmation, cnf)
  t.equal(jwtFacts({ cnf: null }).principal.confirmation, undefined)
  t.same(jwtFacts({ cnf: {} }).principal.confirmation, {}, 'a binding to nothing is still a binding')
})

t.test('a binding that can not be read is refused and does not pass as none', async t => {
  for (const cnf of ['jkt', [], 7, { jkt: 7 }, { jkt: 'short' }, { 'x5t#S256': null }, { jkt: ['x'] }]) {
    t.equal(codeOf(profileJwt(config, { ...base, cnf } as Claims)), 'token_malformed', JSON.stringify(cnf))
    t.equal(codeOf(profileAnswer(config, { active: true, cnf } as Claims)), 'token_malformed')
  }
})

t.test('claims named like members of Object.prototype are harmless', async t => {
  const claims = JSON.parse(`{"iss":"${ISSUER}","aud":"${API}","exp":${NOW + 60},
    "__proto__":{"scope":"admin","sub":"root","client_id":"x","cnf":{}},"constructor":"x","toString":7}`)
  const { principal } = jwtFacts(claims)
  t.same(
    [principal.scopes, principal.subject, principal.client, principal.confirmation],
    [[], 'alice', undefined, undefined],
  )
  t.equal(({} as Claims).scope, undefined)
  t.equal(Object.getPrototypeOf(mergeFacts(jwtFacts(claims), answerFacts(claims)).principal.claims), Object.prototype)
})

t.test('facts are frozen all the way down, because many requests share them', async t => {
  const { principal, accepted } = jwtFacts({ scope: 'a', realm_access: { roles: ['x'] } })
  const roles = (principal.claims as { realm_access: { roles: string[] } }).realm_access.roles
  t.throws(() => roles.push('admin'), TypeError)
  t.throws(() => (principal.scopes as string[]).push('admin'), TypeError)
  t.throws(() => (principal.audience as string[]).push('admin'), TypeError)
  t.equal(accepted.value, principal)
})

t.test('claims nested deeper than 32 are malformed', async t => {
  const nest = (depth: number): Claims => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)
  t.equal(codeOf(profileJwt(config, { ...base, x: nest(30) })), 'ok')
  t.equal(codeOf(profileJwt(config, { ...base, x: nest(32) })), 'token_malformed')
  t.equal(codeOf(profileAnswer(config, { active: true, x: nest(5000) })), 'token_malformed')
})

t.test('no claims of any shape make the profile throw', async t => {
  const names = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'scope', 'scp', 'client_id', 'cnf', 'acr', 'token_type']
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), fc.jsonValue()), claims => {
      profileJwt(config, { ...base, ...claims } as Claims)
      profileAnswer(config, { active: true, ...claims } as Claims)
    }),
  )
  t.pass('300 shapes')
})

t.test('of both: iss and aud are the JWT’s, exp the earlier, scope and sub the answer’s where it has them', async t => {
  const jwt = jwtFacts({ scope: ['a', 'b'], sub: 'dikr0001', acr: 'jwt', email: 'jwt', exp: NOW + 3600 })
  const told = answerFacts({ scope: 'a', sub: 'hash', aud: ['other'], exp: NOW + 1800, email: 'told', username: 'u' })
  const { principal, validUntil, acr } = mergeFacts(jwt, told)
  t.match(principal, { source: 'both', subject: 'hash', scopes: ['a'], audience: [API], expiresAt: NOW + 1800 })
  t.match(principal.claims, { sub: 'hash', scope: 'a', aud: API, exp: NOW + 1800, email: 'jwt', username: 'u' })
  t.equal(validUntil, NOW + 1800)
  t.equal(acr, 'jwt')
})

t.test('of both: what the answer does not say stays the JWT’s', async t => {
  const { principal, validUntil } = mergeFacts(
    jwtFacts({ scp: ['a'], sub: 'alice' }),
    answerFacts({ sub: '', client_id: 'web' }),
  )
  t.match(principal, { subject: 'alice', scopes: ['a'], client: 'web', expiresAt: NOW + 3600 })
  t.match(principal.claims, { sub: 'alice', scp: ['a'], exp: NOW + 3600 })
  t.equal(validUntil, NOW + 3605)
})

t.test('of both: an answer that shows no scope takes the JWT’s away, whatever name they have', async t => {
  const { principal } = mergeFacts(jwtFacts({ scp: ['admin'] }), answerFacts({ scope: '' }))
  t.same(principal.scopes, [])
  t.notOk('scp' in principal.claims)
})

t.test('of both: a binding that either side states holds, and the signed one wins', async t => {
  const a = 'a'.repeat(43)
  const b = 'b'.repeat(43)
  t.same(mergeFacts(jwtFacts(), answerFacts({ cnf: { jkt: a } })).principal.confirmation, { jkt: a })
  t.same(mergeFacts(jwtFacts({ cnf: { jkt: a } }), answerFacts()).principal.confirmation, { jkt: a })
  const both = mergeFacts(jwtFacts({ cnf: { jkt: a } }), answerFacts({ cnf: { jkt: b, 'x5t#S256': b } })).principal
  t.same(both.confirmation, { jkt: a, 'x5t#S256': b })
  t.same(both.claims.cnf, both.confirmation)
})

t.test('of both: the later beginning holds', async t => {
  t.equal(mergeFacts(jwtFacts({ nbf: NOW + 10 }), answerFacts({ nbf: NOW + 20 })).validFrom, NOW + 15)
})

t.test('the subject of a JWT is a text, and where RFC 9068 rules one that says something', async t => {
  for (const sub of [1, ['alice'], { name: 'alice' }, true])
    t.equal(codeOf(profileJwt(config, { ...base, sub } as Claims)), 'token_malformed', JSON.stringify(sub))
  t.equal(jwtFacts({ sub: '' }).principal.subject, undefined)
  const strict = makeConfig({ typ: 'at+jwt' })
  const full = { ...base, sub: 'alice', client_id: 'web', iat: NOW, jti: 'x' }
  t.equal(codeOf(profileJwt(strict, full)), 'ok')
  t.equal(codeOf(profileJwt(strict, { ...full, sub: '' })), 'claim_missing')
})
