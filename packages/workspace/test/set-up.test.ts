import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { digestSources, stampBuild, whyBuild } from '../src/build-stamp.mjs'
import { whyInstall } from '../src/installation.mjs'
import { run } from '../src/run.mjs'
import { setUp } from '../src/set-up.mjs'

const json = (value: object): string => JSON.stringify(value)

function makeInstallation(t: Test, { wanted = '1.0.0', installed = '1.0.0', declared = '1.0.0' }): string {
  return t.testdir({
    'package.json': json({ name: 'root', devDependencies: { a: declared } }),
    'package-lock.json': json({
      packages: {
        '': { devDependencies: { a: '1.0.0' } },
        'node_modules/a': { version: wanted },
        'node_modules/only-elsewhere': { version: '1.0.0', optional: true },
      },
    }),
    node_modules: { '.package-lock.json': json({ packages: { 'node_modules/a': { version: installed } } }) },
  })
}

t.test('an install is needed when there is none, when the lockfile changed, and when a package.json did', async t => {
  t.equal(whyInstall(t.testdir({ 'package.json': '{}' })), 'nothing is installed yet')
  t.match(whyInstall(makeInstallation(t, { wanted: '2.0.0' })), /^a changed/)
  t.match(whyInstall(makeInstallation(t, { declared: '2.0.0' })), /^devDependencies of the root/)
  t.equal(whyInstall(makeInstallation(t, {})), undefined, 'optional packages of other platforms may be absent')
})

t.test('a build is needed when there is none, when a source changed, and when an output is gone', async t => {
  const root = t.testdir({
    packages: {
      a: {
        'package.json': json({
          name: 'a',
          scripts: { build: 'node build.mjs src/main.ts' },
          exports: { '.': { '@gatehouse/source': './src/index.ts' } },
        }),
        src: { 'index.ts': 'export {}', 'main.ts': 'export {}' },
        dist: { 'index.js': '', 'main.js': '' },
      },
    },
  })
  const source = join(root, 'packages/a/src/index.ts')
  t.equal(whyBuild(root), 'nothing is built yet')
  stampBuild(root, digestSources(root))
  t.equal(whyBuild(root), undefined)
  writeFileSync(source, 'export {}')
  t.equal(whyBuild(root), undefined, 'the same bytes written again are no change')
  writeFileSync(source, 'export const a = 1')
  t.equal(whyBuild(root), 'sources changed')
  stampBuild(root, digestSources(root))
  for (const name of ['index.js', 'main.js']) {
    rmSync(join(root, 'packages/a/dist', name))
    t.equal(whyBuild(root), `packages/a/dist/${name} is missing`)
    writeFileSync(join(root, 'packages/a/dist', name), '')
  }
})

t.test('a failed install shows what npm said and one line what to do next', async t => {
  const root = t.testdir({ 'package.json': json({ name: 'root', version: '1.0.0' }) })
  t.capture(process.stderr, 'write', () => true)
  await t.rejects(setUp({ root, build: false }), { message: /npm error[\s\S]*\n.*run `npm install`.*$/ })
})

t.test('a command that fails, and one that a signal ends, are told by their codes', async t => {
  const failed = await run(process.execPath, ['-e', 'console.error("words"); process.exit(3)'])
  t.match(failed, { code: 3, output: 'words\n' })
  const killed = await run(process.execPath, ['-e', 'process.kill(process.pid, "SIGKILL")'])
  t.equal(killed.code, 137)
})
