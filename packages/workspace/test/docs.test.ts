import t from 'tap'
import { checkDocs } from '../src/checks/docs.mjs'
import { listCommandLines } from '../src/checks/docs-commands.mjs'
import { listCodeBlocks } from '../src/markdown.mjs'
import { makeManifest, makeRepository } from './fixture.ts'

const block = (language: string, code: string): string => `\`\`\`${language}\n${code}\n\`\`\`\n`

/** Stands for the built command: refuses a flag it does not know and a configuration that says `bad`. */
const gatehouse = `#!/usr/bin/env node
import { readFileSync } from 'node:fs'
const [command, ...rest] = process.argv.slice(2)
if (rest.includes('--jsn')) { console.error('unknown flag --jsn'); process.exit(2) }
if (rest.includes('--help')) process.exit(0)
if (/bad/.test(readFileSync(rest[1], 'utf8')) || !process.env.SECRET) { console.error('routes: it is bad'); process.exit(2) }
`

const repository = (readme: string) => ({
  'apps/gateway/package.json': makeManifest('gateway', { bin: { gatehouse: 'bin/gatehouse.js' } }),
  'apps/gateway/bin/gatehouse.js': gatehouse,
  'apps/gateway/dist/main.js': '',
  'README.md': readme,
})

const whole = 'issuers: { a: { secret: "${env:SECRET}" } }\nupstreams: {}\nroutes: []'

t.test('documentation that is right passes', async t => {
  const readme = [
    block('ts', "import t from 'tap'\nconst a: number = 1"),
    block('yaml', whole),
    block('yaml', 'server: { port: 4000 }'),
    block('sh', 'npm test\nnpx --no gatehouse check -c gatehouse.yaml --json  # a comment'),
    block('json', '{ "a": 1 }'),
    block('text', 'anything'),
    block('ts nocheck: vitest is not installed here', "import { test } from 'vitest'"),
    '[a package](apps/gateway/package.json#name) and [a site](https://example.com)\n',
  ]
  t.strictSame(await checkDocs(makeRepository(t, repository(readme.join('\n')))), [])
})

const mistakes: readonly (readonly [string, string, RegExp])[] = [
  ['TypeScript that does not compile', block('ts', "\nconst a: number = 'a'"), /^README\.md:3: error TS2322/],
  ['YAML that does not parse', block('yaml', 'a: ['), /^README\.md:2: /],
  ['a configuration that is refused', block('yaml', `${whole}\nbad: true`), /^README\.md:2: .*\n.*routes: it is bad/],
  ['a script that does not parse', block('sh', 'if true'), /^README\.md:2: .*sh/],
  ['a flag the command does not know', block('sh', 'npx --no gatehouse check --jsn'), /unknown flag --jsn/],
  ['a script that does not exist', block('sh', 'npm run nothing'), /no script for `npm run nothing`/],
  ['a command that does not exist', block('sh', 'npx --no gatehose run'), /no command gatehose/],
  ['JSON that does not parse', block('json', '{ a: 1 }'), /^README\.md:2: /],
  ['a block left alone without a reason', block('ts nocheck', 'const a = 1'), /^README\.md:2: say why/],
  ['a block without a language', block('', 'anything'), /^README\.md:2: a block is one of .*not without a language/],
  ['a block in a language that nothing checks', block('js', 'anything'), /^README\.md:2: .* not js/],
  ['a link that leads nowhere', '[a](b.md)', /^README\.md:1: the link to b\.md leads nowhere/],
]

for (const [name, readme, expected] of mistakes) {
  t.test(`documentation fails on ${name}`, async t => {
    const problems = await checkDocs(makeRepository(t, repository(readme)))
    t.equal(problems.length, 1)
    t.match(problems[0], expected)
  })
}

t.test('a block inside a list is a block, and a longer fence may hold a shorter one', async t => {
  const text = '- item\n\n  ```sh\n  npm test\n  ```\n\n````text\n```ts\n```\n````\n'
  t.match(listCodeBlocks(text), [
    { language: 'sh', code: 'npm test\n', line: 4 },
    { language: 'text', code: '```ts\n```\n', line: 8 },
  ])
})

t.test('the commands of a script are read one by one, across continued lines and inside substitutions', async t => {
  t.strictSame(listCommandLines('A=1 a -b \\\n  "c d" && e | f "g|h" # i\ntoken=$(j --k)\n'), [
    ['a', '-b', 'c d'],
    ['e'],
    ['f', 'g|h'],
    ['j', '--k'],
  ])
})
