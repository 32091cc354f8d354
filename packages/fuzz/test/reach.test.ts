import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'

const PROGRAM = fileURLToPath(new URL('reach/main.ts', import.meta.url))

t.test('every assertion of every target is reached by what the target begins with', async t => {
  // A process of its own: to look at what was reached resets it for whoever else looks.
  const { NODE_V8_COVERAGE: _, ...env } = process.env
  const flags = ['--import=tsx', '--conditions=@gatehouse/source']
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, PROGRAM], { env })
  const { assertions, unreached } = JSON.parse(stdout) as { assertions: number; unreached: string[] }
  t.ok(assertions > 100, `there are ${assertions}`)
  t.strictSame(unreached, [], 'none is out of reach')
})
