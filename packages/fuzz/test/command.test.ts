import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { runCommand } from '../src/command.ts'
import { makeRoom } from './room.ts'

const PLANTED = fileURLToPath(new URL('planted', import.meta.url))

/** A repository with two targets, one of them broken, and what a user sees of a command in it. */
function set(t: Parameters<typeof makeRoom>[0], isTTY = false) {
  const root = makeRoom(t)
  const folder = join(root, 'work')
  const targets = join(root, 'packages', 'some', 'test', 'fuzz')
  for (const path of [targets, join(root, 'apps')]) mkdirSync(path, { recursive: true })
  for (const name of ['bytes', 'sound']) cpSync(join(PLANTED, `${name}.ts`), join(targets, `${name}.ts`))
  return {
    root,
    folder,
    targets,
    run: async (...argv: string[]) => {
      const said = { out: '', err: '' }
      const out = {
        isTTY,
        write: (text: string) => {
          said.out += text
        },
      }
      const err = {
        write: (text: string) => {
          said.err += text
        },
      }
      const code = await runCommand(argv, { root, folder, from: root, out, err })
      return { code, ...said }
    },
  }
}

t.test('a crash is printed, written to a file and repeated by the command that is printed', async t => {
  const { run, root, folder } = set(t)
  const { code, out } = await run('--seed', '1', '--runs', '60000', '--seconds', '90')
  t.equal(code, 1)
  t.match(out, /^seed 1, 90 s for each target\ntarget +execs +execs\/s +corpus +coverage +crashes\n/)
  t.match(out, /^some\/bytes +[\d,]+ +[\d,]+ +\d+ +\d+ of \d+ +1$/m)
  t.match(out, /^some\/sound +60,000 +[\d,]+ +\d+ +\d+ of \d+ +0$/m, 'the other targets go on')
  t.match(out, 'planted behind four bytes')
  const [file = ''] = readdirSync(join(folder, 'crashes'))
  t.same(readFileSync(join(folder, 'crashes', file)), Buffer.from('GH!\x7f', 'latin1'))
  const again = /npm run fuzz -- (\S+ --repeat \S+)\n/.exec(out)?.[1]?.split(' ') ?? []
  const repeated = await run(...again)
  t.equal(repeated.code, 1)
  t.match(repeated.err, /planted behind four bytes\n[\s\S]*bytes\.ts:\d+/, 'with the line of the source')
  const other = await run('some/sound', '--repeat', join(root, 'packages/some/test/fuzz/sound.ts'))
  t.same(other, { code: 0, out: 'Nothing is wrong with this input.\n', err: '' })
})

t.test('a corpus is saved where that is asked for, and only of what did not break', async t => {
  const { run, targets } = set(t)
  t.equal((await run('--seed', '1', '--runs', '50000', '--seconds', '90', '--save')).code, 1)
  t.equal(existsSync(join(targets, 'sound.corpus')), true)
  t.equal(existsSync(join(targets, 'bytes.corpus')), false)
})

t.test('a terminal sees a row change in place', async t => {
  const { run } = set(t, true)
  const { out, code } = await run('sound', '--seed', '1', '--seconds', '1')
  t.equal(code, 0)
  t.match(out, /\rsome\/sound [^\n]*\rsome\/sound [^\n]*\n$/)
})

t.test('what can not be done is said, with what can', async t => {
  const { run } = set(t)
  t.match(await run('nothing'), { code: 1, err: 'No target is called nothing. There are:\nsome/bytes\nsome/sound\n' })
  t.match(await run('--repeat', 'x'), { code: 1, err: 'wants one target' })
  t.match(await run('--seconds', '0'), { code: 1, err: /^--seconds is no number above 0\n\nnpm run fuzz/ })
  t.match(await run('--runs', 'x'), { code: 1, err: /^--runs/ })
  t.match(await run('--seed', '1.5'), { code: 1, err: /^--seed/ })
  t.match(await run('--sed', '1'), { code: 1, err: /--sed/ })
  t.match(await run('--help'), { code: 0, out: /^npm run fuzz/, err: '' })
})
