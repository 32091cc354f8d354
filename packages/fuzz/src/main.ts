import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from './command.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
process.exitCode = await runCommand(process.argv.slice(2), {
  root,
  folder: join(root, '.workspace', 'fuzz'),
  from: process.env.INIT_CWD ?? root,
  out: process.stdout,
  err: process.stderr,
})
