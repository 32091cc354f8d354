import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { repositoryRoot } from '../src/repository.mjs'
import { countTests, createTapReader, summarise } from '../src/tap-results.mjs'
import { runTests, selectTests } from '../src/test-run.mjs'

const files = {
  'good.test.ts': `t.test('one', async t => { t.ok(true); t.ok(true) })
    t.test('outer', async t => { t.test('inner', async t => { t.ok(true) }) })`,
  'assertion.test.ts': `t.test('right', async t => { t.ok(true) })
    t.test('wrong', async t => { t.equal('found', 'wanted', 'the sentence') })`,
  'crash.test.ts': `t.test('before', async t => { t.ok(true) })
    t.teardown(() => process.kill(process.pid, 'SIGKILL'))`,
  'empty.test.ts': '',
  'exit.test.ts': 't.ok(true); process.on("exit", () => { process.exitCode = 7 })',
}

t.test('what fails in any way is counted and told, and what passes is counted too', async t => {
  // Inside the repository, where tap finds itself and its settings.
  const workspace = join(repositoryRoot, '.workspace')
  mkdirSync(workspace, { recursive: true })
  const folder = mkdtempSync(join(workspace, 'test-run-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const prefix = folder.slice(repositoryRoot.length + 1)
  for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, name), `import t from 'tap'\n${code}\n`)
  const lines: string[] = []
  const count = await runTests({
    root: repositoryRoot,
    files: Object.keys(files).map(name => `${prefix}/${name}`),
    flags: ['--jobs=2'],
    say: line => lines.push(line),
  })
  const said = lines.join('\n')
  t.match(said, /ok .*good\.test\.ts {2}2 passed/)
  t.match(said, /FAIL .*assertion\.test\.ts {2}1 passed, 1 failed/)
  t.match(said, /assertion\.test\.ts > wrong > the sentence\n[\s\S]*-wanted[\s\S]*\+found/)
  for (const name of ['crash', 'empty', 'exit']) {
    t.match(said, new RegExp(`FAIL .*${name}\\.test\\.ts {2}\\d passed, 1 failed`))
  }
  t.match(said, /crash\.test\.ts\n.*exitCode: null\n.*signal: SIGKILL/)
  t.match(said, /empty\.test\.ts\n {4}asserts nothing/)
  t.equal(summarise(count), '4 passed, 4 failed')
})

t.test('a skipped test is neither passed nor failed, and a time-out is a failure', async t => {
  const points: Parameters<Parameters<typeof createTapReader>[0]>[0][] = []
  const reader = createTapReader(point => points.push(point))
  const output = [
    'TAP version 14',
    '    # Subtest: hangs',
    '        not ok 1 - timeout!',
    '          ---',
    '          expired: hangs',
    '          ok 1 - this is not a result',
    '          ...',
    '        1..1',
    '    not ok 1 - hangs # time=2017.8ms',
    '    ok 2 - later # SKIP why',
    'not ok 1 - a.test.ts # time=5ms',
  ]
  for (const line of output) reader.readLine(line)
  reader.end()
  t.strictSame(points.map(countTests), [{ passed: 0, failed: 1, skipped: 1 }])
  reader.readLine('Bail out! everything is lost')
  t.equal(reader.bailedOut, true)
  t.equal(summarise({ passed: 1, failed: 0, skipped: 2 }), '1 passed, 0 failed, 2 skipped')
})

t.test('a filter is a folder, a file or a part of a path, and one that fits nothing is refused', async t => {
  const here = 'packages/workspace/test/test-run.test.ts'
  t.ok(selectTests(repositoryRoot, []).includes(here))
  t.ok(selectTests(repositoryRoot, ['packages/workspace']).includes(here))
  t.strictSame(selectTests(repositoryRoot, [here]), [here])
  t.strictSame(selectTests(repositoryRoot, ['test-run']), [here])
  t.strictSame(selectTests(repositoryRoot, ['test-run.test.ts'], join(repositoryRoot, dirname(here))), [here])
  t.throws(() => selectTests(repositoryRoot, ['no-such-test']), { message: /No test file matches no-such-test/ })
})
