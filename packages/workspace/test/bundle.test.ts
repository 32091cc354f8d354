import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { buildPackage } from '../src/bundle.mjs'
import { run } from '../src/run.mjs'
import { makeManifest, makeRepository } from './fixture.ts'

const build = {
  extends: '../../tsconfig.base.json',
  compilerOptions: { rootDir: 'src', outDir: 'dist' },
  include: ['src'],
}

function makePackage(t: Test, files: Readonly<Record<string, string>>): string {
  const sources = Object.entries(files).map(([path, text]) => [`packages/a/src/${path}`, text])
  const root = makeRepository(t, {
    'packages/a/package.json': makeManifest('a', { exports: { '.': { '@gatehouse/source': './src/index.ts' } } }),
    'packages/a/tsconfig.build.json': build,
    ...Object.fromEntries(sources),
  })
  return join(root, 'packages/a')
}

const files = {
  'index.ts': "export { name, path } from './inner/name.ts'\n",
  'main.ts': "import { name } from './index.ts'\nif (name !== 'a') await import('./rare.ts')\nconsole.log(name)\n",
  'rare.ts': "throw new Error('loaded')\n",
  'inner/name.ts': "import { sep } from 'node:path'\nexport const name = 'a'\nexport const path = (): string => sep\n",
  'inner/page.js': '// as it is\n',
}

t.test('a program is few files, loads what is rare only when it is, and comes with types and other files', async t => {
  const folder = makePackage(t, files)
  await buildPackage(folder, ['src/main.ts'])
  const dist = join(folder, 'dist')
  const scripts = readdirSync(dist).filter(name => name.endsWith('.js'))
  t.equal(scripts.length, 4, 'two entries, what they share and what is loaded by import()')
  t.equal((await run(process.execPath, [join(dist, 'main.js')])).output, 'a\n')
  t.notOk(existsSync(join(dist, 'inner/name.js')))
  t.match(readFileSync(join(dist, 'inner/name.d.ts'), 'utf8'), /export declare const name = "a"/)
  t.equal(readFileSync(join(dist, 'inner/page.js'), 'utf8'), files['inner/page.js'])
  for (const name of scripts) t.ok(existsSync(join(dist, `${name}.map`)), `${name} has a map`)
})

t.test('a frame of a built program is told as a line of its source', async t => {
  const folder = makePackage(t, { ...files, 'main.ts': "\n\nthrow new Error('here')\n" })
  await buildPackage(folder, ['src/main.ts'])
  const { output } = await run(process.execPath, ['--enable-source-maps', join(folder, 'dist/main.js')])
  t.match(output, /src\/main\.ts:3:7/)
})

t.test('a build again removes what is no longer built, and writes nothing that is right already', async t => {
  const folder = makePackage(t, files)
  await buildPackage(folder, ['src/main.ts'])
  const before = statSync(join(folder, 'dist/index.js')).mtimeMs
  mkdirSync(join(folder, 'dist/old'))
  writeFileSync(join(folder, 'dist/old/left.js'), '')
  await buildPackage(folder, ['src/main.ts'])
  t.notOk(existsSync(join(folder, 'dist/old/left.js')))
  t.equal(statSync(join(folder, 'dist/index.js')).mtimeMs, before)
})

t.test('a mistake in the types is no build', async t => {
  const folder = makePackage(t, { ...files, 'index.ts': "export const name: number = 'a'\n" })
  await t.rejects(buildPackage(folder, []), { message: /src\/index\.ts\(1,14\): error TS2322/ })
  t.notOk(existsSync(join(folder, 'dist')))
})

t.test('a source that looks for files from its own place is refused where a build would move it', async t => {
  const inner = "export const name = 'a'\nexport const path = (): URL => new URL('./page.js', import.meta.url)\n"
  await t.rejects(buildPackage(makePackage(t, { ...files, 'inner/name.ts': inner }), []), {
    message: /src\/inner\/name\.ts: import\.meta is another place once built/,
  })
  const top = {
    ...files,
    'index.ts': "export const page = new URL('./inner/page.js', import.meta.url)\n",
    'main.ts': '',
  }
  const folder = makePackage(t, top)
  await buildPackage(folder, [])
  t.ok(existsSync(join(folder, 'dist/index.js')))
})
