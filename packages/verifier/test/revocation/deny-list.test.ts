import type { JsonObject } from '@gatehouse/protocol'
import t from 'tap'
import { type Denial, DenyList } from '../../src/revocation/deny-list.ts'
import { answerFacts, jwtFacts, makeConfig, NOW } from '../configs.ts'

const UNTIL = NOW + 3600
const principal = (claims: JsonObject = {}) => jwtFacts({ iat: NOW - 60, ...claims }).principal

function list(...denials: (Omit<Denial, 'until'> & { until?: number })[]): DenyList {
  const made = new DenyList()
  for (const denial of denials) made.deny({ until: UNTIL, ...denial }, NOW)
  return made
}

t.test('a token, a session, a subject and a client are denied each by its own name', async t => {
  const rows: readonly [Omit<Denial, 'until'>, JsonObject, JsonObject][] = [
    [{ by: 'jti', value: 'a' }, { jti: 'a' }, { jti: 'b', sid: 'a', sub: 'a', client_id: 'a' }],
    [{ by: 'sid', value: 'a' }, { sid: 'a' }, { sid: 'b', jti: 'a', sub: 'a', client_id: 'a' }],
    [{ by: 'sub', value: 'a' }, { sub: 'a' }, { sub: 'b', jti: 'a', sid: 'a', client_id: 'a' }],
    [{ by: 'client', value: 'a' }, { client_id: 'a' }, { client_id: 'b', jti: 'a', sid: 'a', sub: 'a' }],
    [{ by: 'client', value: 'a' }, { azp: 'a' }, {}],
    [{ by: 'sessionless', value: 'a' }, { sub: 'a' }, { sub: 'a', sid: 's' }],
    [{ by: 'sub', value: '__proto__' }, { sub: '__proto__' }, { sub: 'constructor' }],
  ]
  for (const [denial, denied, spared] of rows) {
    const denials = list(denial)
    t.ok(denials.isDenied(principal(denied), NOW), `${denial.by}: ${JSON.stringify(denied)}`)
    t.notOk(denials.isDenied(principal(spared), NOW), `${denial.by}: spares ${JSON.stringify(spared)}`)
  }
})

t.test('an empty list denies nobody', async t => {
  t.notOk(new DenyList().isDenied(principal({ sub: 'a', jti: 'a' }), NOW))
})

t.test('tokens issued later pass; those issued in the same second, or who knows when, do not', async t => {
  const denials = list({ by: 'sub', value: 'alice', issuedBefore: NOW })
  const isDenied = (claims: JsonObject) => denials.isDenied(principal(claims), NOW)
  t.ok(isDenied({ iat: NOW - 1 }))
  t.ok(isDenied({ iat: NOW }))
  t.notOk(isDenied({ iat: NOW + 1 }))
  t.ok(denials.isDenied(jwtFacts({ sub: 'alice' }).principal, NOW), 'no iat')
  t.notOk(denials.isDenied(answerFacts({ sub: 'alice', iat: String(NOW + 1) }).principal, NOW), 'digits in an answer')
})

t.test('one issuer’s word counts for its own tokens only; nobody’s in particular for all', async t => {
  const other = jwtFacts({ iat: NOW }, makeConfig({ name: 'other' })).principal
  const ofMain = list({ by: 'sub', value: 'alice', issuer: 'main' })
  t.ok(ofMain.isDenied(principal(), NOW))
  t.notOk(ofMain.isDenied(other, NOW))
  const ofAll = list({ by: 'sub', value: 'alice' })
  t.ok(ofAll.isDenied(principal(), NOW))
  t.ok(ofAll.isDenied(other, NOW))
})

t.test('a denial ends when no token that it is about can still be good', async t => {
  const denials = list({ by: 'jti', value: 'a', until: NOW + 10 }, { by: 'jti', value: 'b', until: NOW + 20 })
  t.ok(denials.isDenied(principal({ jti: 'a' }), NOW + 9.9))
  t.notOk(denials.isDenied(principal({ jti: 'a' }), NOW + 10))
  t.ok(denials.isDenied(principal({ jti: 'b' }), NOW + 10))
  t.equal(denials.size, 2)
  t.notOk(denials.isDenied(principal(), NOW + 20))
  t.equal(denials.size, 0, 'and then the list is empty and costs nothing')
})

t.test('a second denial of the same never takes back what the first denied', async t => {
  const denials = list(
    { by: 'sub', value: 'alice', issuedBefore: NOW, until: NOW + 100 },
    { by: 'sub', value: 'alice', issuedBefore: NOW - 100, until: NOW + 10 },
  )
  t.equal(denials.size, 1)
  t.ok(denials.isDenied(principal({ iat: NOW - 1 }), NOW + 50))
})

t.test('a full list takes no more, rather than forget; what is over makes room', async t => {
  const denials = new DenyList(2)
  t.ok(denials.deny({ by: 'jti', value: 'a', until: NOW + 10 }, NOW))
  t.ok(denials.deny({ by: 'jti', value: 'b', until: UNTIL }, NOW))
  t.notOk(denials.deny({ by: 'jti', value: 'c', until: UNTIL }, NOW))
  t.ok(denials.deny({ by: 'jti', value: 'b', until: UNTIL + 1 }, NOW), 'what is known needs no room')
  t.equal(denials.size, 2)
  t.ok(denials.deny({ by: 'sid', value: 'c', until: UNTIL }, NOW + 10))
  t.notOk(denials.isDenied(principal({ jti: 'a' }), NOW + 10))
  t.ok(denials.isDenied(principal({ sid: 'c' }), NOW + 10))
})

t.test('what is over goes before the list is full, and nothing that is in force goes with it', async t => {
  const denials = new DenyList()
  for (let i = 0; i < 1000; i++) denials.deny({ by: 'sid', value: `short ${i}`, until: NOW + 10 }, NOW)
  for (let i = 0; i < 1000; i++) denials.deny({ by: 'jti', value: `long ${i}`, until: UNTIL }, NOW + 10)
  t.ok(denials.size < 1100, `${denials.size} entries`)
  const denied = Array.from({ length: 1000 }, (_, i) => denials.isDenied(principal({ jti: `long ${i}` }), NOW + 10))
  t.notOk(denied.includes(false))
  t.equal([...denials.inForce(NOW + 10)].length, 1000)
})

t.test('an entry that is prolonged is there until its last moment', async t => {
  const denials = new DenyList(2)
  denials.deny({ by: 'jti', value: 'a', until: NOW + 10 }, NOW)
  denials.deny({ by: 'jti', value: 'a', until: NOW + 20 }, NOW)
  denials.deny({ by: 'jti', value: 'b', until: NOW + 30 }, NOW)
  t.notOk(
    denials.deny({ by: 'jti', value: 'c', until: UNTIL }, NOW + 19.999),
    'the first word of a is over, its last is not',
  )
  t.ok(denials.isDenied(principal({ jti: 'a' }), NOW + 19.999))
  t.ok(denials.deny({ by: 'jti', value: 'c', until: UNTIL }, NOW + 20))
})

t.test('where the answer names the subject otherwise than the token, either name denies', async t => {
  const told = answerFacts({ sub: 'hash-of-alice', iat: NOW }).principal
  const both = { ...told, claims: { ...told.claims, sub: 'alice' } }
  t.ok(list({ by: 'sub', value: 'alice' }).isDenied(both, NOW))
  t.ok(list({ by: 'sub', value: 'hash-of-alice' }).isDenied(both, NOW))
})
