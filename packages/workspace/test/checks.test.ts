import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { checkHotPath, findRegressions } from '../src/checks/hot-path.mjs'
import { checks, runChecks } from '../src/checks/index.mjs'
import { checkLockfile } from '../src/checks/lockfile.mjs'
import { checkManifests } from '../src/checks/manifests.mjs'
import { checkPublished } from '../src/checks/published.mjs'
import { checkBoundaries, checkStyle, checkTypes } from '../src/checks/tools.mjs'
import { checkTree } from '../src/checks/tree.mjs'
import { makeManifest, makeRepository } from './fixture.ts'

const tag = (...tags: string[]): object => ({ extends: ['//'], tags })

t.test('style fails on a file that is formatted or written otherwise', async t => {
  const root = makeRepository(t, { 'packages/a/src/index.ts': 'export const a = 1\n' })
  t.strictSame(await checkStyle(root), [])
  const other = makeRepository(t, { 'packages/a/src/index.ts': 'export const a = "1";\n' })
  t.match((await checkStyle(other)).join('\n'), /packages\/a\/src\/index\.ts/)
})

t.test('types fails on an error in a test, and names only what the compiler says', async t => {
  const root = makeRepository(t, {
    'packages/a/package.json': makeManifest('a', { scripts: { typecheck: 'tsc -p tsconfig.json' } }),
    'packages/a/turbo.json': tag('protocol'),
    'packages/a/tsconfig.json': {
      extends: '../../tsconfig.base.json',
      compilerOptions: { noEmit: true },
      include: ['test'],
    },
    'packages/a/test/a.test.ts': "export const a: number = 'a'\n",
  })
  const problems = await checkTypes(root)
  t.equal(problems.length, 1)
  t.match(problems[0], /^@gatehouse\/a test\/a\.test\.ts\(1,14\): error TS2322/)
})

t.test('boundaries fails when the verifier depends on the mock, and when an app is imported', async t => {
  const repository = (importer: string, target: string, dependency: string) => ({
    'packages/a/package.json': makeManifest('a', { dependencies: { [dependency]: '0.1.0' } }),
    'packages/a/turbo.json': tag(importer),
    'packages/b/package.json': makeManifest('b'),
    'packages/b/turbo.json': tag(target),
    'package-lock.json': {
      name: '@gatehouse/root',
      lockfileVersion: 3,
      packages: {
        '': { workspaces: ['packages/*'] },
        'packages/a': { name: '@gatehouse/a', dependencies: { [dependency]: '0.1.0' } },
        'packages/b': { name: '@gatehouse/b' },
        'node_modules/@gatehouse/a': { resolved: 'packages/a', link: true },
        'node_modules/@gatehouse/b': { resolved: 'packages/b', link: true },
      },
    },
  })
  t.strictSame(await checkBoundaries(makeRepository(t, repository('core', 'protocol', '@gatehouse/b'))), [])
  t.match(
    (await checkBoundaries(makeRepository(t, repository('core', 'mock', '@gatehouse/b')))).join(),
    /@gatehouse\/b/,
  )
  t.match(
    (await checkBoundaries(makeRepository(t, repository('shell', 'app', '@gatehouse/b')))).join(),
    /@gatehouse\/b/,
  )
})

t.test('manifests fails on each promise that a package.json breaks', async t => {
  const good = { 'packages/a/README.md': '# a\n', 'packages/a/turbo.json': tag('protocol') }
  t.strictSame(checkManifests(makeRepository(t, { ...good, 'packages/a/package.json': makeManifest('a') })), [])
  const root = makeRepository(t, {
    'packages/a/package.json': makeManifest('a', {
      license: 'ISC',
      engines: { node: '*' },
      private: false,
      bin: { a: 'bin/a.js' },
      dependencies: { b: '^1.0.0' },
      devDependencies: { c: '1.0.0' },
      scripts: { build: 'tsc' },
      exports: { '.': { '@gatehouse/source': './src/index.ts', default: './dist/other.js' } },
    }),
    'packages/a/bin/a.js': 'import "../dist/main.js"\n',
    'packages/a/Dockerfile': 'FROM node:20.20.2-slim AS build\nFROM node:20-slim\n',
    '.node-version': '20.20.2\n',
    'packages/b/package.json': makeManifest('b', { devDependencies: { c: '2.0.0', '@gatehouse/a': '0.2.0' } }),
  })
  chmodSync(join(root, 'packages/a/bin/a.js'), 0o644)
  const problems = checkManifests(root).join('\n')
  for (const problem of [
    'license is not MIT',
    'engines.node is not',
    'dependencies.b is ^1.0.0, not an exact version',
    'devDependencies.c is 2.0.0, elsewhere 1.0.0',
    'devDependencies.@gatehouse/a is 0.2.0, the package here is 0.1.0',
    'types and default are both needed',
    './src/index.ts is not there',
    './dist/other.js is not what ./src/index.ts is built to',
    'files does not list dist',
    'bin a: no `#!/usr/bin/env node`',
    'packages/a/README.md is missing',
    'the Dockerfile is from node:20-slim, not node:20.20.2-slim',
    'the reason for b is not under "## Dependencies" of packages/a/README.md',
    'turbo.json gives no tag',
  ]) {
    t.ok(problems.includes(problem), problem)
  }
})

t.test('manifests fails on a dependency whose reason is not among those of its README', t => {
  const judge = (readme: string) =>
    checkManifests(
      makeRepository(t, {
        'packages/a/package.json': makeManifest('a', {
          dependencies: { '@scope/b': '1.0.0' },
          peerDependencies: { c: '^1.0.0' },
          devDependencies: { d: '1.0.0' },
        }),
        'packages/a/README.md': readme,
        'packages/a/turbo.json': tag('protocol'),
      }),
    )
  const said = '`@scope/b` reads what nobody else reads.\n- c: the server that it is made for\n'
  t.strictSame(judge(`# a\n\n## Dependencies\n\n${said}`), [])
  const missing = (name: string) =>
    `packages/a/package.json: the reason for ${name} is not under "## Dependencies" of packages/a/README.md`
  t.strictSame(judge(`# a\n\n${said}\n## Dependencies\n\n\`b\`, \`c\`\n`), [missing('@scope/b'), missing('c')])
  t.end()
})

t.test('hot-path fails on a promise, a write, or a quarter more bytes than the baseline has', async t => {
  const cost = { promises: 0, writes: 4, bytes: 1000 }
  const counting = (now: object) => ({
    'packages/bench/baseline.json': { jwt: cost },
    'packages/bench/src/hot-path/main.ts': `process.stdout.write('${JSON.stringify(now)}')\n`,
  })
  const problemsOf = (now: object) => checkHotPath(makeRepository(t, counting(now)))
  t.strictSame(await problemsOf({ jwt: { ...cost, bytes: 1250 } }), [])
  t.strictSame(await problemsOf({ jwt: { promises: 1, writes: 5, bytes: 1251 } }), [
    'jwt: promises a request: 1, and 0 in packages/bench/baseline.json',
    'jwt: writes a request: 5, and 4 in packages/bench/baseline.json',
    'jwt: bytes a request: 1251, and 1000 in packages/bench/baseline.json',
  ])
  t.match(findRegressions({}, { jwt: cost }), [/not both/], 'what is no longer measured')
  t.match(findRegressions({ jwt: cost }, {}), [/not both/], 'what has no baseline')
  const broken = {
    'packages/bench/baseline.json': {},
    'packages/bench/src/hot-path/main.ts': "throw new Error('no scene')\n",
  }
  t.match(await checkHotPath(makeRepository(t, broken)), [/no scene/])
  t.match(await checkHotPath(makeRepository(t, {})), [/is missing/])
})

t.test('lockfile fails on a host, and on an optional package that is not listed', async t => {
  const packages = {
    '': {},
    'node_modules/a': { version: '1.0.0', optionalDependencies: { b: '1.0.0', c: '1.0.0' } },
    'node_modules/a/node_modules/b': { version: '1.0.0' },
    'node_modules/d': { version: '1.0.0', resolved: 'https://packages.example/d.tgz' },
  }
  t.strictSame(checkLockfile(makeRepository(t, { 'package-lock.json': { packages } })), [
    'c: an optional part of node_modules/a that the lockfile does not list',
    'node_modules/d: `resolved` names a host',
  ])
})

t.test(
  'tree fails on a stranger at the top, a path of a machine, the host of a registry, and a large file',
  async t => {
    const root = makeRepository(t, {
      'scripts/a.sh': 'true\n',
      'packages/a/a.md': `see /ho${'me/somebody/gatehouse'}\nand https://registry.${'example.org'}/a\n`,
      'packages/a/large.txt': 'a'.repeat(400_001),
    })
    t.strictSame(checkTree(root), [
      'scripts: does not belong at the top level',
      'packages/a/a.md:1: a path of a machine',
      'packages/a/a.md:2: the host of a package registry',
      'packages/a/large.txt: 400001 bytes (at most 400000)',
    ])
  },
)

t.test('published fails when the schema or the table of errors is not what the code says', async t => {
  const entry = { exports: { '.': { default: './dist/index.js' } } }
  const files = (schema: object, rows: string) => ({
    'apps/gateway/package.json': makeManifest('gateway', entry),
    'apps/gateway/dist/index.js': 'export const configurationSchema = { type: "object" }\n',
    'apps/gateway/gatehouse.schema.json': schema,
    'packages/verifier/package.json': makeManifest('verifier', entry),
    'packages/verifier/dist/index.js': 'export const REJECTIONS = { one: { status: 401 }, two: { status: 403 } }\n',
    'packages/fastify-gateway/package.json': makeManifest('fastify-gateway', entry),
    'packages/fastify-gateway/dist/index.js':
      'export const SHELL_REJECTIONS = { three: { status: 404 }, four: { status: 405 } }\n',
    'README.md': `| code | status |\n|---|---|\n${rows}`,
  })
  const right = '| `one` | 401 |\n| `two` | 403 |\n| `three` / `four` | 404 / 405 + Allow |\n'
  t.strictSame(await checkPublished(makeRepository(t, files({ type: 'object' }, right))), [])
  const wrong = '| `one`, `five` | 401 |\n| `two` | 401 |\n| `three` | 404 |\n'
  t.strictSame(await checkPublished(makeRepository(t, files({ type: 'array' }, wrong))), [
    'apps/gateway/gatehouse.schema.json is not what configurationSchema of apps/gateway says',
    'README.md:3: there is no code five',
    'README.md:4: two has the status 403, not 401',
    'README.md: the table of errors lacks four',
  ])
})

t.test('one failed check fails the run, and says what to do', async t => {
  const lines: string[] = []
  const say = (line: string) => void lines.push(line)
  t.equal(await runChecks('', [{ name: 'good', todo: '', run: () => [] }], say), true)
  t.equal(await runChecks('', [{ name: 'bad', todo: 'mend it', run: async () => ['a problem'] }], say), false)
  t.match(lines.join('\n'), /good .* ok\n[\s\S]*bad .* failed: mend it\n {4}a problem/)
  t.equal(new Set(checks.map(({ name }) => name)).size, checks.length)
})
