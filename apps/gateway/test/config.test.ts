import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeProblem } from '@gatehouse/configuration'
import t, { type Test } from 'tap'
import { loadConfiguration } from '../src/config.ts'
import { coerceReplaced } from '../src/configuration/coerce.ts'

interface World {
  readonly files?: Readonly<Record<string, string | Buffer>>
  readonly env?: Readonly<Record<string, string>>
  readonly name?: string
}

/** Writes the configuration into a folder of its own and loads it. */
function load(t: Test, text: string | Buffer, { files = {}, env = {}, name = 'gatehouse.yaml' }: World = {}) {
  const folder = t.testdir({ 'gatehouse.d': {} })
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content)
  const path = join(folder, name)
  writeFileSync(path, text)
  const loading = loadConfiguration(path, { variable: key => env[key], logLevel: 'info', noColor: true })
  const problems = loading.ok ? loading.loaded.problems : loading.problems
  const lines = problems.map(problem => describeProblem(problem).replaceAll(`${folder}/`, ''))
  return {
    value: loading.ok ? loading.loaded.value : undefined,
    replaced: loading.ok ? loading.loaded.replaced : new Set<string>(),
    lines,
  }
}

t.test('YAML and JSON are read alike, with anchors and merge keys', async t => {
  const { value } = load(t, 'a: &x { b: 1 }\nc: { <<: *x, d: 2 }\n')
  t.same(value, { a: { b: 1 }, c: { b: 1, d: 2 } })
  t.same(load(t, '{"a": {"b": 1}}', { name: 'gatehouse.json' }).value, { a: { b: 1 } })
  t.same(load(t, '\uFEFFa: 1\n').value, { a: 1 })
  t.same(load(t, 'a: [b]# why\nc: "d"# why\n').value, { a: ['b'], c: 'd' }, 'a comment without its space')
})

t.test('a mistake in the syntax is told by line and column, and the line is not quoted', async t => {
  const cases: [string, RegExp][] = [
    ['a: 1\nb: [1, hunter2\nc: 3\n', /^gatehouse\.yaml:\d+:\d+: /],
    ['a: 1\na: 2\n', /^gatehouse\.yaml:2:1: the key is there twice$/],
    ['a:\n\tb: hunter2\n', /^gatehouse\.yaml:2:1: /],
    ['a: "hunter2\n', /^gatehouse\.yaml:\d:\d+: a quote, comma, colon or bracket is missing$/],
    ['a: *hunter2\n', /^gatehouse\.yaml:1:4: the alias names no anchor above it$/],
    ['a: !hunter2 b\n', /^gatehouse\.yaml:1:4: the tag is not known$/],
    ['a: 1\n---\nb: 2\n', /^gatehouse\.yaml:2:1: there is more than one document$/],
  ]
  for (const [text, expected] of cases) {
    const { lines } = load(t, text)
    t.match(lines[0], expected, text)
    t.notMatch(lines.join(), /hunter2/)
  }
})

t.test('a .json file is held to JSON', async t => {
  const { lines } = load(t, '{\n  "a": 1,\n}\n', { name: 'gatehouse.json' })
  t.match(lines, [/^gatehouse\.json(:3:1)?: is YAML but not JSON/])
  t.match(load(t, '{"a": 1, "a": 2}', { name: 'gatehouse.json' }).lines, [/:1:10: the key is there twice$/])
  t.match(load(t, '[1]', { name: 'gatehouse.json' }).lines, ['gatehouse.json: is not an object at its top level'])
  t.match(load(t, `${'{"a":'.repeat(70)}1${'}'.repeat(70)}`, { name: 'gatehouse.json' }).lines, [
    /nested deeper than 64/,
  ])
  const tricky = { 'a": 1, "b': ':"', c: [{ c: '\\' }, '"x":'], __proto: { '': null } }
  t.same(load(t, JSON.stringify(tricky), { name: 'gatehouse.json' }).value, tricky)
})

t.test('what holds no configuration is one clear line', async t => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x]',
    ...'bcdefghi'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join()}]`),
  ]
  const cases: [string | Buffer, string][] = [
    ['', 'gatehouse.yaml: is empty'],
    ['# nothing\n', 'gatehouse.yaml: is empty'],
    ['- a\n- b\n', 'gatehouse.yaml: is not an object at its top level'],
    ['hello\n', 'gatehouse.yaml: is not an object at its top level'],
    [bomb.join('\n'), 'gatehouse.yaml: repeats its anchors too often'],
    [
      Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe]),
      'gatehouse.yaml: the configuration can not be read: it is not UTF-8 text',
    ],
    [Buffer.from('a: b\0'), 'gatehouse.yaml: the configuration can not be read: it is not UTF-8 text'],
    [`a: ${'x'.repeat(5_000_000)}`, 'gatehouse.yaml: the configuration can not be read: it is larger than 4 MiB'],
    [`a: ${'['.repeat(100)}${']'.repeat(100)}`, 'gatehouse.yaml: is nested deeper than 64 levels'],
    [`a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'gatehouse.yaml: is nested deeper than 64 levels'],
    [`a: ${'? '.repeat(20_000)}`, 'gatehouse.yaml: is nested deeper than 64 levels'],
    [
      Array.from({ length: 100 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'),
      'gatehouse.yaml: is nested deeper than 64 levels',
    ],
  ]
  for (const [text, line] of cases) t.same(load(t, text).lines, [line])
})

t.test('a file that is not there, a folder and a device that never ends are refused', async t => {
  const folder = t.testdir()
  mkdirSync(join(folder, 'folder'))
  const environment = { variable: () => undefined, logLevel: 'info', noColor: true }
  for (const [path, reason] of [
    [join(folder, 'none.yaml'), 'no such file'],
    [join(folder, 'folder'), 'it is a directory'],
    ['/dev/zero', 'it is larger than 4 MiB'],
    ['a\0b', 'it is no file name'],
  ] as const) {
    const loading = loadConfiguration(path, environment)
    t.same(loading, { ok: false, problems: [{ path, message: `the configuration can not be read: ${reason}` }] })
  }
})

t.test('references are replaced in string values, several in one, and not looked through again', async t => {
  const { value, lines } = load(
    t,
    'a: "${env:ONE}-${env:TWO}"\nb: ["${file:secret.txt}"]\n"${env:ONE}": c\nd: "$${env:ONE}"\n',
    {
      env: { ONE: '1', TWO: '${env:ONE}' },
      files: { 'secret.txt': 'hunter2\n' },
    },
  )
  t.same(value, { a: '1-${env:ONE}', b: ['hunter2'], '${env:ONE}': 'c', d: '${env:ONE}' })
  t.same(lines, [])
})

t.test('a reference that leads nowhere is an error by path, and each is listed', async t => {
  const { lines } = load(
    t,
    'a: "${env:NONE}"\nb: { c: ["x", "${file:none.txt}"] }\nd: "${HOME}"\ne: "${env:NONE"\nf: "${env:}"\n',
  )
  const allowed = '(${env:NAME} or ${file:PATH}; $${ for a literal ${)'
  t.same(lines, [
    `a: the environment variable NONE is not set ${allowed}`,
    `b.c[1]: the file none.txt can not be read: no such file ${allowed}`,
    `d: has a reference of an unknown kind ${allowed}`,
    `e: has a reference without its closing brace ${allowed}`,
    `f: has a reference of an unknown kind ${allowed}`,
  ])
})

t.test(
  'members that name a file get its text, relative to the configuration file, unless they hold text already',
  async t => {
    const pem = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n'
    const text = `
server: { tls: { cert: server.pem, key: "\${env:KEY}", clientCa: gatehouse.d } }
issuers: { main: { ca: server.pem, introspection: { client: { key: none.jwk.json, cert: server.pem } } } }
upstreams: { orders: { ca: "\${file:server.pem}" } }
`
    const { value, lines } = load(t, text, { files: { 'server.pem': pem }, env: { KEY: pem } })
    t.match(value, {
      server: { tls: { cert: pem, key: pem } },
      issuers: { main: { ca: pem, introspection: { client: { cert: pem } } } },
      upstreams: { orders: { ca: pem.trimEnd() } },
    })
    t.same(lines, [
      'server.tls.clientCa: the file gatehouse.d can not be read: it is a directory (a file, relative to the configuration file)',
      'issuers.main.introspection.client.key: the file none.jwk.json can not be read: no such file (a file, relative to the configuration file)',
    ])
  },
)

t.test('wrong types where files are named do no harm', async t => {
  t.same(load(t, 'server: { tls: [] }\nissuers: hello\nupstreams: { a: { ca: 1 }, b: null }\n').lines, [])
})

t.test(
  'what came out of a reference becomes the number or boolean that the schema wants; what was written does not',
  async t => {
    const { value, replaced } = load(
      t,
      'port: "${env:PORT}"\nother: "4000"\nsecret: "${env:PORT}"\nlist: ["${env:YES}"]\n',
      {
        env: { PORT: '4000', YES: 'true' },
      },
    )
    const schema = {
      properties: {
        port: { type: 'integer' },
        other: { type: 'integer' },
        secret: { type: 'string' },
        list: { type: 'array', items: { type: ['boolean', 'integer'] } },
      },
    }
    t.same(coerceReplaced(value, schema, replaced), { port: 4000, other: '4000', secret: '4000', list: [true] })
  },
)
