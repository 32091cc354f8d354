import t from 'tap'
import type { FaultOptions } from '../../src/engine/fault-options.ts'
import { createFaults } from '../../src/engine/faults.ts'
import { answerWithFault } from '../../src/http/fault.ts'
import type { Answer } from '../../src/http/message.ts'

const GOOD: Answer = {
  status: 200,
  headers: [
    ['content-type', 'application/json'],
    ['etag', 'x'],
  ],
  body: '{"a":1}',
}

async function meet(options: FaultOptions): Promise<{ answer: Answer; runs: number; slept: number[] }> {
  const slept: number[] = []
  let runs = 0
  const run = () => {
    runs++
    return GOOD
  }
  const fault = createFaults().add(options)
  const answer = await answerWithFault(fault, run, async seconds => void slept.push(seconds))
  return { answer, runs, slept }
}

t.test('a delay waits and then answers as ever', async t => {
  const { answer, runs, slept } = await meet({ delay: '250ms' })
  t.match(answer, { status: 200, body: GOOD.body })
  t.same([runs, slept], [1, [0.25]])
})

t.test('a failing status answers an OAuth error without running the endpoint', async t => {
  for (const [status, error] of [
    [503, 'temporarily_unavailable'],
    [429, 'temporarily_unavailable'],
    [500, 'server_error'],
    [400, 'invalid_request'],
  ] as const) {
    const { answer, runs } = await meet({ status })
    t.match([answer.status, JSON.parse(String(answer.body)), runs], [status, { error }, 0])
  }
})

t.test('a body takes the place of the endpoint, with the type it looks like', async t => {
  const type = ({ headers }: Answer) => headers.find(([name]) => name === 'content-type')?.[1]
  const html = await meet({ body: '<!doctype html><p>maintenance' })
  t.same([html.answer.status, type(html.answer), html.runs], [200, 'text/html; charset=utf-8', 0])
  const json = await meet({ body: { keys: [] }, headers: { 'Content-Type': 'text/plain' } })
  t.same([json.answer.body, type(json.answer)], ['{"keys":[]}', 'text/plain'])
  t.equal(type((await meet({ body: '{"cut' })).answer), 'application/json')
  t.equal(type((await meet({ body: 'oops' })).answer), 'text/plain; charset=utf-8')
})

t.test('headers are set over those of the answer', async t => {
  const { answer, runs } = await meet({ headers: { ETag: 'y', 'retry-after': '1' } })
  t.same(answer.headers, [
    ['content-type', 'application/json'],
    ['etag', 'y'],
    ['retry-after', '1'],
  ])
  t.equal(runs, 1)
})

t.test('a redirect and a status without a body have none', async t => {
  t.match((await meet({ status: 302, headers: { location: '/x' } })).answer, { status: 302, body: '' })
  t.match((await meet({ status: 204 })).answer, { status: 204, body: '' })
})

t.test('truncation and reset are left to the adapters', async t => {
  t.same((await meet({ truncate: 3 })).answer.disruption, { truncate: 3 })
  t.same((await meet({ truncate: true })).answer.disruption, { truncate: 3 })
  t.same((await meet({ truncate: false })).answer.disruption, {})
  const { answer, runs } = await meet({ reset: true })
  t.same([answer.disruption, runs], [{ reset: true }, 0])
})

t.test('a body that trickles waits before each piece, all of it together as long as was asked for', async t => {
  const { answer, slept } = await meet({ trickle: '2s' })
  const { pieces = 0, pause } = answer.disruption?.trickle ?? {}
  for (let n = 0; n < pieces; n++) await pause?.()
  t.equal(Math.round(slept.reduce((sum, seconds) => sum + seconds, 0) * 1000), 2000)
})
