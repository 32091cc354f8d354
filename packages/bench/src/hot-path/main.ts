import { measureHotPath } from './measure.ts'

/** What requests on the hot path cost in countable things, as JSON. `check` compares it with `baseline.json`. */
process.stdout.write(`${JSON.stringify(await measureHotPath(), null, 2)}\n`)
