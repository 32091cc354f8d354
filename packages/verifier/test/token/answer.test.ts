import fc from 'fast-check'
import t from 'tap'
import type { IntrospectionConfig } from '../../src/issuer/config.ts'
import { processIntrospection } from '../../src/token/answer.ts'
import { makeIntrospection } from '../configs.ts'

const any = { status: undefined, member: undefined, equals: undefined }

function judge(over: Partial<IntrospectionConfig>, body: unknown, status = 200) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return processIntrospection(makeIntrospection(over), { ok: true, status, headers: new Headers(), body: text })
}

const kindOf = (...args: Parameters<typeof judge>) => judge(...args).kind

t.test('only the boolean true is active and only the boolean false is inactive', async t => {
  t.same(judge({}, { active: true, sub: 'a' }), { kind: 'active', answer: { active: true, sub: 'a' } })
  t.equal(kindOf({}, { active: false }), 'inactive')
  for (const active of ['true', 'false', 1, 0, null, {}, [true]]) t.equal(kindOf({}, { active }), 'broken')
  t.equal(kindOf({}, {}), 'broken')
  t.equal(kindOf({}, '{"__proto__":{"active":true}}'), 'broken')
})

t.test('a 2xx that is no JSON object is an outage, never a verdict', async t => {
  for (const body of [
    '',
    '<html>',
    '{"active":tr',
    '[{"active":true}]',
    'true',
    'null',
    '"active"',
    '{"active":true}x',
  ]) {
    t.equal(kindOf({}, body), 'broken', body)
    t.equal(kindOf({ activeWhen: 'noError' }, body), 'broken', body)
  }
})

t.test('a status that the configuration does not explain is an outage, whatever the body says', async t => {
  for (const status of [400, 403, 404, 429, 500, 503]) {
    t.same(judge({}, { active: true }, status), { kind: 'broken', why: `answered with status ${status}` })
  }
})

t.test('no answer at all is an outage with its reason', async t => {
  t.same(processIntrospection(makeIntrospection(), { ok: false, failure: 'timeout' }), {
    kind: 'broken',
    why: 'did not answer in time',
  })
})

t.test('a body that can not be read leaves its status to the matchers that want no more', async t => {
  const page = { ok: false, failure: 'too_large', status: 500 } as const
  t.equal(processIntrospection(makeIntrospection({ inactiveWhen: [{ ...any, status: 500 }] }), page).kind, 'inactive')
  t.equal(processIntrospection(makeIntrospection({ refusedWhen: [{ ...any, status: 500 }] }), page).kind, 'refused')
  const wantsMore = makeIntrospection({ inactiveWhen: [{ status: 500, member: 'error', equals: 'x' }] })
  t.equal(processIntrospection(wantsMore, page).kind, 'broken')
})

t.test('a redirect is an outage even where its status is listed', async t => {
  const redirect = { ok: false, failure: 'redirect', status: 302 } as const
  const settings = makeIntrospection({
    inactiveWhen: [{ ...any, status: 302 }],
    refusedWhen: [{ ...any, status: 302 }],
  })
  t.equal(processIntrospection(settings, redirect).kind, 'broken')
})

t.test('401 means that our own credentials are wrong, with a body or without', async t => {
  t.equal(kindOf({}, { error: 'invalid_client' }, 401), 'refused')
  t.equal(kindOf({}, '', 401), 'refused')
})

t.test('what means inactive goes before what means refused', async t => {
  const both = { inactiveWhen: [{ ...any, status: 401 }], refusedWhen: [{ ...any, status: 401 }] }
  t.equal(kindOf(both, '', 401), 'inactive')
})

t.test('a matcher wants everything that it names', async t => {
  const matcher = { status: 400, member: 'error_description', equals: 'Token has expired' }
  const over = { inactiveWhen: [matcher] }
  t.equal(kindOf(over, { error_description: 'Token has expired' }, 400), 'inactive')
  t.equal(kindOf(over, { error_description: 'Authorization failed' }, 400), 'broken')
  t.equal(kindOf(over, { error_description: ['Token has expired'] }, 400), 'broken')
  t.equal(kindOf(over, 'Token has expired', 400), 'broken')
  t.equal(kindOf(over, { error_description: 'Token has expired' }, 403), 'broken')
  t.equal(kindOf({ inactiveWhen: [{ ...matcher, member: 'toString', equals: undefined }] }, {}, 400), 'broken')
})

t.test('equals is any JSON scalar and a member alone asks only for its presence', async t => {
  for (const equals of [400, 'x', true, null]) {
    t.equal(kindOf({ inactiveWhen: [{ ...any, member: 'code', equals }] }, { code: equals, active: true }), 'inactive')
    t.equal(kindOf({ inactiveWhen: [{ ...any, member: 'code', equals }] }, { code: 'other', active: true }), 'active')
  }
  t.equal(kindOf({ inactiveWhen: [{ ...any, member: 'code' }] }, { code: null, active: true }), 'inactive')
})

t.test('noError: an object without error is active', async t => {
  const over = { activeWhen: 'noError' } as const
  t.equal(kindOf(over, { sub: 'a' }), 'active')
  t.equal(kindOf(over, { sub: 'a', code: 7 }), 'active')
  t.equal(kindOf(over, { error: 'invalid_mid_token' }), 'inactive')
  t.equal(kindOf(over, { error: null }), 'inactive')
  t.equal(kindOf(over, { sub: 'a', active: false }), 'inactive')
  t.equal(kindOf(over, {}), 'broken', 'nothing said is no verdict')
})

t.test('claims: an object without code and error is active', async t => {
  const over = { activeWhen: 'claims' } as const
  t.equal(kindOf(over, { sub: 'a' }), 'active')
  t.equal(kindOf(over, { code: 400, message: 'id_token is invalid' }), 'inactive')
  t.equal(kindOf(over, { error: 'x' }), 'inactive')
  t.equal(kindOf(over, {}), 'broken')
})

t.test('whatever comes back, it is active where it is 2xx with active true, and nowhere else', async t => {
  const resembling = fc.constantFrom<unknown>(true, true, true, false, 'true', 'false', 1, 0, null, [true], {
    active: true,
  })
  const answer = fc.tuple(fc.dictionary(fc.string(), fc.jsonValue()), fc.option(resembling, { nil: undefined }))
  const status = fc.oneof(fc.integer({ min: 200, max: 299 }), fc.integer({ min: 200, max: 599 }))
  let actives = 0
  fc.assert(
    fc.property(status, answer, (status, [others, active]) => {
      const verdict = judge({}, JSON.stringify({ ...others, active }), status)
      const isActive = status < 300 && active === true
      actives += isActive ? 1 : 0
      if ((verdict.kind === 'active') !== isActive) throw new Error(`${status} ${active} is ${verdict.kind}`)
    }),
    { numRuns: 1000 },
  )
  t.ok(actives > 50, 'many are active')
})
