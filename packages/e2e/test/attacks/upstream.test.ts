import t, { type Test } from 'tap'
import { openStage, type Reception, ROADS, type Road, type Stage } from '../../src/hostile-upstream.ts'
import { CONTENT, FRAMING } from './upstream-bodies.ts'
import { type Case, type Expected, expectedOn } from './upstream-case.ts'
import { HEADS, STATUS } from './upstream-heads.ts'

const CASES: Readonly<Record<string, Case>> = { ...HEADS, ...STATUS, ...FRAMING, ...CONTENT }

const describe = (expected: Expected): object =>
  expected === 'refused'
    ? { kind: 'whole', status: 502, code: 'upstream_unreachable', surplus: '' }
    : expected === 'cut'
      ? { status: 200 }
      : { kind: 'whole', status: expected.status, body: expected.body, surplus: '' }

function judge(t: Test, name: string, got: Reception, expected: Expected): void {
  t.match(got, describe(expected), name)
  t.notMatch(JSON.stringify(got.headers), 'evil', `${name}: no header of its making`)
  if (expected === 'cut') t.not(got.kind, 'whole', `${name}: half an answer does not look whole`)
  if (typeof expected === 'string') return
  if (expected.has !== undefined) t.match(got.headers, expected.has, name)
  for (const field of expected.lacks ?? []) t.equal(got.headers[field], undefined, `${name}: ${field}`)
}

/** One client meets the answer, the next one asks for something else and gets just that. */
async function perform(t: Test, stage: Stage, road: Road, [name, played]: readonly [string, Case], index: number) {
  stage.prepare(String(index), played)
  const got = await stage.ask(`/play/${index}`, played.method)
  const isReset = road === 'http2' && played.http2 === 'reset'
  if (isReset) t.equal(got.kind, 'none', `${name}: reset`)
  else judge(t, name, got, expectedOn(played, road))
  const next = await stage.ask(`/good/${index}`)
  t.match(next, { kind: 'whole', status: 200, body: `/good/${index}`, surplus: '' }, `${name}: the next client`)
  const isSame = stage.carrierOf(`/play/${index}`) === stage.carrierOf(`/good/${index}`)
  const keeps = !isReset && (played.keeps === true || played.keeps === (road === 'fast' ? 'fast' : 'node'))
  t.equal(isSame, keeps, `${name}: the connection is ${keeps ? 'kept' : 'dropped'}`)
}

for (const road of Object.keys(ROADS) as Road[]) {
  t.test(`no answer of an upstream is read in two ways, and none is the next client's: ${road}`, async t => {
    const stage = await openStage(t, road, { headersTimeout: '5s', bodyTimeout: '5s' })
    for (const [index, played] of Object.entries(CASES).entries()) await perform(t, stage, road, played, index)
    t.ok(stage.open <= 1, 'no connection is left but the last')
  })
}
