import { channel } from 'node:diagnostics_channel'
import { STAGE_CHANNEL } from '@gatehouse/verifier'
import t from 'tap'
import { readProcess, render } from '../src/observe/exposition.ts'
import { Ledger } from '../src/observe/ledger.ts'
import { createMetrics } from '../src/observe/metrics.ts'
import { Counter, Histogram } from '../src/observe/tally.ts'

function makeRequests(count: number) {
  const counter = new Counter('requests_total', 'Requests', ['route', 'status'])
  for (let i = 0; i < count; i++) counter.inc('/a', 200)
  return counter
}

t.test('a counter and a histogram are written as Prometheus reads them', async t => {
  const histogram = new Histogram('seconds', 'Seconds', ['route'], [0.1, 1])
  for (const seconds of [0.05, 0.1, 0.5, 3]) histogram.observe(seconds, '/a')
  histogram.observe(0.2, '/b')
  const { type, body } = await render([[makeRequests(3).read(), histogram.read()]])
  t.match(type, /^text\/plain; version=0\.0\.4/)
  for (const line of [
    '# TYPE requests_total counter',
    'requests_total{route="/a",status="200"} 3',
    '# TYPE seconds histogram',
    'seconds_bucket{le="0.1",route="/a"} 2',
    'seconds_bucket{le="1",route="/a"} 3',
    'seconds_bucket{le="+Inf",route="/a"} 4',
    'seconds_sum{route="/a"} 3.65',
    'seconds_count{route="/a"} 4',
    'seconds_count{route="/b"} 1',
  ])
    t.ok(body.split('\n').includes(line), line)
})

t.test('what the stages tell is counted whole whenever it is read, however much or little there is', async t => {
  const metrics = createMetrics()
  t.teardown(metrics.close)
  const read = async () => (await render([metrics.read()])).body.split('\n')
  const tell = (count: number, event: object) => {
    for (let told = 0; told < count; told++) channel(STAGE_CHANNEL).publish({ issuer: 'main', ms: 0, ...event })
  }
  tell(3, { stage: 'extract', outcome: 'ok' })
  t.ok((await read()).includes('gatehouse_stage_duration_seconds_count{stage="extract"} 3'))
  tell(1000, { stage: 'extract', outcome: 'ok' })
  tell(256, { stage: 'verify', outcome: 'rejected', code: 'token_expired', ms: 20 })
  tell(1, { stage: 'resolve', outcome: 'rejected', code: 'issuer_unknown', issuer: undefined })
  for (const line of [
    'gatehouse_stage_duration_seconds_count{stage="extract"} 1003',
    'gatehouse_stage_duration_seconds_bucket{le="0.01",stage="verify"} 0',
    'gatehouse_stage_duration_seconds_bucket{le="0.1",stage="verify"} 256',
    'gatehouse_rejections_total{stage="verify",code="token_expired",issuer="main"} 256',
    'gatehouse_rejections_total{stage="resolve",code="issuer_unknown",issuer="none"} 1',
  ])
    t.ok((await read()).includes(line), line)
})

t.test('the counts of a process that is gone remain, once, and its gauges do not', async t => {
  const gauge = (value: number) => ({
    name: 'open',
    help: 'Open',
    type: 'gauge',
    aggregator: 'sum',
    values: [{ labels: {}, value }],
  })
  const histogram = new Histogram('seconds', 'Seconds', [], [1])
  histogram.observe(0.5)
  const ledger = new Ledger()
  ledger.note(1, [makeRequests(2).read(), gauge(5)])
  ledger.note(1, [makeRequests(3).read()])
  ledger.note(2, [makeRequests(10).read(), gauge(7), histogram.read()])
  const read = async () => (await render(ledger.read())).body
  t.match(await read(), /requests_total\{.*\} 13\n/)
  t.match(await read(), /open 12\n/)
  ledger.bury(2)
  ledger.bury(2)
  t.match(await read(), /requests_total\{.*\} 13\n/)
  t.match(await read(), /open 5\n/)
  t.match(await read(), /seconds_count 1\n/)
  ledger.note(3, [makeRequests(1).read()])
  ledger.bury(1)
  ledger.bury(3)
  t.match(await read(), /requests_total\{.*\} 14\n/, 'two that are gone are added up')
})

t.test('a process tells of itself, when it started included', async t => {
  const { body } = await render([await readProcess()])
  t.match(body, /^process_resident_memory_bytes \d+$/m)
  t.match(body, /^process_start_time_seconds \d+$/m)
  t.match(body, /^nodejs_version_info\{/m)
})
