import { Session } from 'node:inspector/promises'
import { fileURLToPath } from 'node:url'
import { findTargets, readCorpus } from '../../src/target.ts'
import type { Target } from '../../src/trial.ts'

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))

/** A program that tries what every target begins with, and tells which of their assertions that never reached: file and code of each. */
const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
for (const target of findTargets(ROOT)) {
  const { fuzz, seeds = [] } = (await import(target.file)) as Target
  for (const input of ['', ...seeds, ...readCorpus(target)]) await fuzz(Buffer.from(input, 'latin1'))
}
const { result } = await session.post('Profiler.takePreciseCoverage')
await session.post('Debugger.enable')
const unreached: string[] = []
let assertions = 0
for (const { url, scriptId, functions } of result) {
  const file = /\/((?:packages|apps)\/[^?]*\/test\/fuzz\/[^?]*)/.exec(url)?.[1]
  if (file === undefined) continue
  const { scriptSource } = await session.post('Debugger.getScriptSource', { scriptId })
  const ranges = functions.flatMap(({ ranges }) => ranges)
  // Whatever reaches `assert.fail` is a crash.
  for (const { index } of scriptSource.matchAll(/\bassert(?:\.(?!fail\b)\w+)?\(/g)) {
    assertions++
    const around = ranges.filter(({ startOffset, endOffset }) => startOffset <= index && index < endOffset)
    const [inner] = around.sort((a, b) => a.endOffset - a.startOffset - (b.endOffset - b.startOffset))
    if (inner?.count === 0) unreached.push(`${file}: ${scriptSource.slice(index, index + 80).split('\n')[0]}`)
  }
}
process.stdout.write(JSON.stringify({ assertions, unreached }))
