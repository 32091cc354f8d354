import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { checkPacked } from '../src/checks/packed.mjs'
import { repositoryRoot } from '../src/repository.mjs'
import { makeManifest, makeRepository } from './fixture.ts'

const license = readFileSync(join(repositoryRoot, 'LICENSE'), 'utf8')
const entry = { types: './dist/index.d.ts', default: './dist/index.js' }

const manifest = (more: object = {}): object =>
  makeManifest('a', {
    private: false,
    files: ['dist', 'bin'],
    exports: { '.': entry },
    bin: { a: 'bin/a.js' },
    dependencies: { semver: '7.8.5' },
    ...more,
  })

const good = {
  LICENSE: license,
  'packages/a/LICENSE': license,
  'packages/a/README.md': '# a\n',
  'packages/a/package.json': manifest(),
  'packages/a/bin/a.js': "#!/usr/bin/env node\nconsole.log('0.1.0')\n",
  'packages/a/dist/index.js': "import 'semver'\nexport const a = 1\n",
  'packages/a/dist/index.d.ts': 'export declare const a: number\n',
}

const pack = (t: Test, files: object = {}): Promise<string[]> => checkPacked(makeRepository(t, { ...good, ...files }))

t.test('a package that holds what it should and works in an empty folder has no problems', async t => {
  t.strictSame(await pack(t), [])
})

t.test('sources, tests and whatever else was left lying about are not published', async t => {
  const files = {
    'packages/a/dist/.compiled/cache': '',
    'packages/a/dist/notes.txt': '',
    'packages/a/src/index.ts': '',
  }
  t.strictSame(
    await pack(t, { ...files, 'packages/a/package.json': manifest({ files: ['dist', 'bin', 'src'] }) }),
    ['dist/.compiled/cache', 'dist/notes.txt', 'src/index.ts'].map(path => `packages/a: ${path} would be published`),
  )
})

t.test('what is promised has to be in the package, and the license has to be ours', async t => {
  t.strictSame(
    await pack(t, { 'packages/a/package.json': manifest({ files: ['bin'] }), 'packages/a/LICENSE': 'other' }),
    [
      'packages/a: dist/index.d.ts would not be published',
      'packages/a: dist/index.js would not be published',
      "packages/a: LICENSE is not the repository's",
    ],
  )
})

t.test('what only this repository has does not help a package that is installed elsewhere', async t => {
  const undeclared = await pack(t, { 'packages/a/package.json': manifest({ dependencies: {} }) })
  t.equal(undeclared.length, 1)
  t.match(undeclared[0], /^@gatehouse\/a can not be imported from its package: .*semver/)
  const lost = await pack(t, {
    'packages/a/dist/index.js': "import '../src/index.ts'\n",
    'packages/a/src/index.ts': '',
  })
  t.match(lost[0], /can not be imported from its package: .*src\/index\.ts/)
})

t.test('types that do not compile and a command that does not run are told', async t => {
  const problems = await pack(t, {
    'packages/a/dist/index.d.ts': "export * from './other.js'\n",
    'packages/a/bin/a.js': "#!/usr/bin/env node\nthrow new TypeError('broken')\n",
  })
  t.equal(problems.length, 2)
  t.match(problems[0], /^a --version does not say 0\.1\.0 from its package: TypeError: broken$/)
  t.match(problems[1], /index\.d\.ts\(1,15\): error TS2307/)
})
