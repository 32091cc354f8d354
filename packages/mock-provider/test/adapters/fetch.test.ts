import t from 'tap'
import { toQuestion, toResponse } from '../../src/adapters/fetch.ts'
import { BODY_LIMIT } from '../../src/http/message.ts'

t.test('a web request becomes plain data', async t => {
  const question = await toQuestion(
    new Request('https://idp.test/a%2Fb?x=1', { method: 'POST', headers: { 'X-A': 'b' }, body: 'abc' }),
  )
  t.match(question, {
    method: 'POST',
    origin: 'https://idp.test',
    path: '/a%2Fb',
    query: 'x=1',
    headers: { 'x-a': 'b' },
  })
  t.equal(Buffer.from(question.body).toString(), 'abc')
  t.equal(question.oversized, undefined)
  const big = await toQuestion(new Request('https://idp.test/', { method: 'POST', body: 'x'.repeat(BODY_LIMIT + 1) }))
  t.equal(big.oversized, true)
})

t.test('an answer becomes a response, a status without a body included', async t => {
  const response = toResponse({
    status: 201,
    headers: [
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ],
    body: 'hello',
  })
  t.same([response.status, response.headers.getSetCookie(), await response.text()], [201, ['a=1', 'b=2'], 'hello'])
  t.equal(toResponse({ status: 204, headers: [], body: '' }).status, 204)
})

t.test('a body that is no gzip, though its Content-Encoding says so, breaks when it is read', async t => {
  const response = toResponse({ status: 200, headers: [['content-encoding', 'gzip']], body: '{}' })
  t.equal(response.status, 200)
  await t.rejects(response.text(), { name: 'TypeError', message: 'terminated', cause: { code: 'Z_DATA_ERROR' } })
})

t.test('a reset rejects as fetch would, a truncated body errors after its bytes', async t => {
  const answer = { status: 200, headers: [], body: 'hello' }
  t.throws(() => toResponse({ ...answer, disruption: { reset: true } }), {
    name: 'TypeError',
    message: 'fetch failed',
    cause: { code: 'ECONNRESET' },
  })
  const broken = toResponse({ ...answer, disruption: { truncate: 2 } })
  const read: string[] = []
  const readAll = async () => {
    for await (const chunk of broken.body ?? []) read.push(Buffer.from(chunk).toString())
  }
  await t.rejects(readAll(), { message: 'fetch failed' })
  t.same(read, ['he'])
  t.equal(await toResponse({ ...answer, disruption: { truncate: 5 } }).text(), 'hello')
})
