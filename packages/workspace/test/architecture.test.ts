import t from 'tap'
import { findViolations } from '../src/architecture/index.mjs'
import { listImports, readSource } from '../src/architecture/source-text.mjs'
import { repositoryRoot } from '../src/repository.mjs'

t.test('this package keeps the laws', async t => {
  t.strictSame(findViolations(`${repositoryRoot}/packages/workspace`), [])
})

t.test('comments, strings, templates and regular expressions are not code; what a template computes is', async t => {
  const { code } = readSource(
    ['a // b', '/* c */ d', '\'e\' + "f\\"g"', '`h${i + `j${k}`}l` + m', 'n.replace(/o["`/]/g, p)', 'q / r / s'].join(
      '\n',
    ),
  )
  t.strictSame(code.match(/[a-z]+/g), ['a', 'd', 'i', 'k', 'm', 'n', 'replace', 'p', 'q', 'r', 's'])
})

t.test('imports of types are told from imports of code', async t => {
  const imports = listImports(
    readSource(
      [
        "import type { A } from './a.ts'",
        "import { type B, type C } from './b.ts'",
        "import { type D, e } from './c.ts'",
        "import f, { type G } from './d.ts'",
        "export * from './e.ts'",
        "import './f.ts'",
        "const g = await import('./g.ts')",
        '// import "./h.ts"',
        `const i = "import './i.ts'"`,
      ].join('\n'),
    ),
  )
  t.strictSame(
    imports.map(({ specifier, typeOnly, line }) => [specifier, typeOnly, line]),
    [
      ['./a.ts', true, 1],
      ['./b.ts', true, 2],
      ['./c.ts', false, 3],
      ['./d.ts', false, 4],
      ['./e.ts', false, 5],
      ['./f.ts', false, 6],
      ['./g.ts', false, 7],
    ],
  )
})

type Tree = { [name: string]: string | Tree }

/** [package, path, content, what is said of it; null where nothing is] */
const cases: readonly (readonly [string, string, string, RegExp | null])[] = [
  ['protocol', 'src/a.ts', "import { b } from 'node:fs'", /protocol must not import node:fs/],
  ['verifier', 'src/a.ts', "import { b } from '@gatehouse/mock-provider'", /verifier must not import @gatehouse\/mock/],
  ['verifier', 'src/a.ts', "import { b } from 'jose'", null],
  [
    'verifier',
    'src/token/a.ts',
    "import { b } from '../issuer/b.ts'",
    /stage token must not import code of the stage issuer/,
  ],
  ['verifier', 'src/token/a.ts', "import type { B } from '../issuer/b.ts'", null],
  ['verifier', 'src/token/a.ts', "import { b } from '../verifier.ts'", /must not import the pipeline/],
  [
    'verifier',
    'src/ports.ts',
    "import type { B } from './issuer/b.ts'",
    /src\/ports\.ts must not import from the stage issuer/,
  ],
  ['verifier', 'src/token/a.ts', 'const a = Date.now()', /Date\.now belongs in ports\.ts/],
  ['verifier', 'src/ports.ts', 'const a = Date.now()', null],
  ['verifier', 'src/a.ts', 'const a = new Date()', /the current Date/],
  ['verifier', 'src/a.ts', 'const a = new Date(0)', null],
  ['verifier', 'src/a.ts', 'const a = Math.random()', /Math\.random/],
  ['verifier', 'src/a.ts', "import { randomBytes } from 'node:crypto'", /randomness/],
  ['verifier', 'src/a.ts', 'const a = await fetch(url)', /global fetch/],
  ['verifier', 'src/a.ts', 'const a = await ports.fetch(url)', null],
  ['verifier', 'src/a.ts', 'const b = { async fetch(url: string): Promise<void> {} }', null],
  ['verifier', 'src/a.ts', 'const { fetch } = ports; await fetch(url)', null],
  ['verifier', 'src/a.ts', 'const a = process.env.HOME', /process\.env is read only in/],
  ['gateway', 'src/config.ts', 'const a = process.env.HOME', null],
  ['gateway', 'src/main.ts', "import { env } from 'node:process'", /process\.env is read only in src\/config\.ts/],
  ['mock-provider', 'src/engine/a.ts', "import { b } from '../grants/b.ts'", /engine must not import from grants/],
  [
    'mock-provider',
    'src/grants/a.ts',
    "import { b } from '../endpoints/b.ts'",
    /grants must not import from endpoints/,
  ],
  ['mock-provider', 'src/adapters/a.ts', "import { b } from '../engine/b.ts'", null],
  ['fastify-gateway', 'src/utils/a.ts', '', /a folder named utils says nothing/],
  ['fastify-gateway', 'src/camelCase.ts', '', /camelCase\.ts is not kebab-case/],
  ['fastify-gateway', 'src/a.ts', 'const a = b as '.concat('any'), /hides a type/],
  ['fastify-gateway', 'src/a.ts', '// @ts-'.concat('ignore'), /a type error is hidden/],
  ['fastify-gateway', 'src/a.ts', '// TO'.concat('DO: later'), /unfinished work/],
  ['fastify-gateway', 'test/a.test.ts', 't.'.concat("skip('a')"), /a test is skipped/],
  ['fastify-gateway', 'test/a.test.ts', "t.test('a', { ".concat('skip: true }, async t => {})'), /a test is skipped/],
  ['fastify-gateway', 'src/a.ts', '\n'.repeat(300).concat('a'), /301 lines/],
  ['verifier', 'src/a.ts', 'const a = shown === client.secret', /a secret is compared by timingSafeEqual/],
  ['mock-provider', 'src/a.ts', 'if (initialAccessToken != shown) return', /a secret is compared by timingSafeEqual/],
  ['gateway', 'src/a.ts', 'return password\n  === known', /a secret is compared by timingSafeEqual/],
  ['verifier', 'src/a.ts', 'const a = signature.equals(made)', /a secret is compared by timingSafeEqual/],
  ['verifier', 'src/a.ts', 'const a = Buffer.compare(made, ownNonce) > 0', /a secret is compared by timingSafeEqual/],
  ['verifier', 'src/a.ts', "if (secret === undefined || typeof secret !== 'string' || secret === '') return", null],
  ['verifier', 'src/a.ts', 'const a = signature.length === length && timingSafeEqual(signature, made)', null],
  ['verifier', 'src/a.ts', "const a = 'shown === secret' // shown === secret", null],
  ['verifier', 'test/a.test.ts', 't.equal(shown === secret, true)', null],
]

for (const [name, path, content, expected] of cases) {
  const what = content.trim().split('\n')[0] || 'a file'
  t.test(`in ${name}, ${path}: ${what} is ${expected ? 'refused' : 'fine'}`, async t => {
    const tree: Tree = { 'package.json': JSON.stringify({ name: `@gatehouse/${name}` }) }
    const parts = path.split('/')
    const last: Tree = { [parts.at(-1) ?? '']: content }
    Object.assign(
      tree,
      parts.slice(0, -1).reduceRight<Tree>((inner, part) => ({ [part]: inner }), last),
    )
    const found = findViolations(t.testdir(tree))
    if (expected) {
      t.equal(found.length, 1)
      t.match(found[0], expected)
      t.match(found[0], new RegExp(`^${path}:\\d+: `))
    } else t.strictSame(found, [])
  })
}
