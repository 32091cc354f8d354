import { ConfigurationError } from '@gatehouse/configuration'
import t from 'tap'
import { occasionOf } from '../../src/engine/call.ts'
import { endpointNamed } from '../../src/engine/endpoint-names.ts'
import { checkFault } from '../../src/engine/fault-options.ts'
import { createFaults } from '../../src/engine/faults.ts'

const NO_BODY = new Uint8Array(0)
const call = (endpoint: string, query = '', headers: Record<string, string> = {}, body = '') =>
  occasionOf(endpoint, {
    method: 'POST',
    path: `/${endpoint}`,
    query,
    headers,
    body: body === '' ? NO_BODY : Buffer.from(body),
  })

t.test('a fault meets its endpoint only, and is spent after its times', async t => {
  const faults = createFaults()
  faults.add({ endpoint: 'jwks', status: 503, times: 2 })
  t.equal(faults.take(call('token')), undefined)
  t.equal(faults.take(call('jwks'))?.status, 503)
  t.equal(faults.take(call('jwks'))?.hits, 2)
  t.equal(faults.take(call('jwks')), undefined)
  t.equal(faults.size, 0)
})

t.test('without times a fault stays until it is lifted', async t => {
  const faults = createFaults()
  faults.add({ reset: true })
  for (let n = 0; n < 5; n++) t.equal(faults.take(call('userinfo'))?.reset, true)
  faults.clear()
  t.equal(faults.take(call('userinfo')), undefined)
})

t.test('faults of one endpoint follow each other in the order they were added', async t => {
  const faults = createFaults()
  faults.add({ endpoint: 'token', status: 500, times: 1 })
  faults.add({ endpoint: 'token', status: 429, times: 1 })
  t.same(
    [faults.take(call('token'))?.status, faults.take(call('token'))?.status, faults.take(call('token'))],
    [500, 429, undefined],
  )
})

t.test('skip lets calls pass before the fault begins', async t => {
  const faults = createFaults()
  faults.add({ endpoint: 'token', status: 500, skip: 2, times: 1 })
  t.same(
    [1, 2, 3, 4].map(() => faults.take(call('token'))?.status),
    [undefined, undefined, 500, undefined],
  )
})

t.test('match looks at the query, the form, JSON, HTTP Basic and the client assertion', async t => {
  const faults = createFaults()
  faults.add({ match: { client_id: 'web' }, status: 500 })
  const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  const assertion = `x.${Buffer.from(JSON.stringify({ sub: 'web' })).toString('base64url')}.y`
  t.ok(faults.take(call('authorize', 'client_id=web')))
  t.ok(faults.take(call('token', '', form, 'grant_type=x&client_id=web')))
  t.ok(faults.take(call('register', '', { 'content-type': 'application/json' }, '{"client_id":"web"}')))
  t.ok(faults.take(call('token', '', { authorization: `Basic ${Buffer.from('web:s').toString('base64')}` })))
  t.ok(faults.take(call('token', '', form, `client_assertion=${assertion}`)))
  t.notOk(faults.take(call('token', '', form, 'client_id=other')))
  t.notOk(faults.take(call('token', '', { 'content-type': 'text/plain' }, 'client_id=web')))
})

t.test('every member of match must hold, a list holds by any of its values', async t => {
  const faults = createFaults()
  faults.add({ match: { client_id: ['a', 'b'], grant_type: 'refresh_token' }, status: 500 })
  t.ok(faults.take(call('token', 'client_id=b&grant_type=refresh_token')))
  t.notOk(faults.take(call('token', 'client_id=c&grant_type=refresh_token')))
  t.notOk(faults.take(call('token', 'client_id=a')))
  t.notOk(faults.take(call('token', 'client_id=a&toString=x')))
})

t.test('faults are removed by endpoint, by id, or all', async t => {
  const faults = createFaults()
  faults.add({ endpoint: 'jwks', status: 500 })
  const { id } = faults.add({ endpoint: 'token', status: 500 })
  faults.add({ status: 500 })
  t.equal(faults.remove({ endpoint: 'jwks' }), 1)
  t.equal(faults.remove({ id }), 1)
  t.equal(faults.remove({ id }), 0)
  t.equal(faults.remove(), 1)
})

t.test('endpoints are called by their path or by their name in the metadata', async t => {
  t.equal(endpointNamed('introspection_endpoint'), 'introspect')
  t.equal(endpointNamed('introspect'), 'introspect')
  t.equal(endpointNamed('toString'), undefined)
})

t.test('every mistake in a fault is listed by its member', async t => {
  const wrong: [unknown, string[]][] = [
    [{ endpoint: 'tokn', status: 500 }, ['endpoint']],
    [{}, ['']],
    [{ endpoint: 'token', match: { client_id: 'a' }, times: 2, skip: 1, chance: 0.5 }, ['']],
    [{ times: 0, status: 99 }, ['times', 'status']],
    [{ delay: 'soon' }, ['delay']],
    [{ delay: '11m' }, ['delay']],
    [{ headers: { 'bad name': 'x' } }, ['headers']],
    [{ headers: { 'x-a': 'a\r\nx-b: c' } }, ['headers.x-a']],
    [{ match: { client_id: 1 } }, ['match.client_id']],
    [{ truncate: -1 }, ['truncate']],
    [{ reset: true, status: 500 }, ['reset']],
    [{ staus: 500 }, ['staus']],
    [[], ['']],
    ['jwks', ['']],
    [null, ['']],
  ]
  for (const [fault, paths] of wrong)
    t.same(
      checkFault(fault).map(({ path }) => path),
      paths,
      JSON.stringify(fault),
    )
  t.match(checkFault({ endpoint: 'tokn' })[0]?.message, /did you mean token\?/)
  t.throws(() => createFaults().add({ delay: 'soon' }), ConfigurationError)
})

t.test('a fault that was given is copied, so that changing it later changes nothing', async t => {
  const faults = createFaults()
  const body = { error: 'a' }
  faults.add({ body })
  body.error = 'b'
  t.same(faults.take(call('token'))?.body, { error: 'a' })
})

t.test('a chance follows from what is drawn, and a call that is spared goes on to the next fault', async t => {
  const draws = [0.4, 0.6, 0.5, 0.1]
  const faults = createFaults(() => draws.shift() ?? 1)
  faults.add({ endpoint: 'token', status: 500, chance: 0.5 })
  faults.add({ endpoint: 'token', status: 429 })
  t.same(
    [1, 2, 3, 4].map(() => faults.take(call('token'))?.status),
    [500, 429, 429, 500],
  )
})

t.test(
  'a misbehaviour meets the endpoints where it can happen, with what it scripts, and what is said beside it goes over that',
  async t => {
    const faults = createFaults()
    t.match(faults.add({ misbehaviour: 'too-many-requests', status: 503 }), {
      misbehaviour: 'too_many_requests',
      status: 503,
      headers: { 'retry-after': '1' },
    })
    faults.clear()
    faults.add({ misbehaviour: 'jwks_empty' })
    t.notOk(faults.take(call('token')))
    t.ok(faults.take(call('jwks')))
    t.equal(faults.add({ misbehaviour: 'trickled' }).trickle, 2)
  },
)

t.test('a fault that is spared has all its times again, though it was spent', async t => {
  const faults = createFaults()
  faults.add({ misbehaviour: 'wrong_state', times: 1 })
  const met = faults.take(call('authorize'))
  t.equal(faults.size, 0)
  if (met !== undefined) faults.spare(met)
  t.match(faults.list(), [{ times: 1, hits: 0 }])
  const again = faults.add({ misbehaviour: 'wrong_state', times: 3 })
  const other = faults.take(call('userinfo'))
  if (other !== undefined) faults.spare(other)
  t.match(faults.list()[1], { id: again.id, times: 3, hits: 0 })
})

t.test('after clear the next fault is the first again', async t => {
  const faults = createFaults()
  const first = faults.add({ status: 500 }).id
  faults.clear()
  t.equal(faults.add({ status: 500 }).id, first)
})
