import assert from 'node:assert/strict'
import { parseConfiguration } from '../../src/configuration/document.ts'
import { inlineDocuments } from '../../src/configuration/documents.ts'
import { resolveReferences } from '../../src/configuration/references.ts'

const SECRET = 'hunter2-${env:OTHER}-$${x}'
const sources = {
  env: (name: string) => (name === 'SECRET' ? SECRET : undefined),
  file: (path: string) =>
    path === 'secret.txt'
      ? ({ ok: true, text: `${SECRET}\r\n` } as const)
      : ({ ok: false, reason: 'it is not there' } as const),
}

/** A configuration file: JSON where it begins with `J`, YAML otherwise. */
export function fuzz(input: Buffer): void {
  const [first] = input
  const text = input.subarray(1).toString('utf8')
  const file = first === 0x4a ? 'gatehouse.json' : 'gatehouse.yaml'
  const parsed = parseConfiguration(text, file)
  if (!parsed.ok) {
    assert.ok(parsed.problems.length > 0)
    for (const { path, message } of parsed.problems) assert.ok(path.startsWith(file) && message !== '')
    return
  }
  if (file.endsWith('.json'))
    assert.deepEqual(plain(parsed.value), plain(JSON.parse(text)), 'JSON that reads otherwise')

  const { value, problems, replaced } = resolveReferences(parsed.value, sources)
  assert.ok(input.includes('hunter2') || !JSON.stringify(problems).includes('hunter2'), 'a secret in a problem')
  const [before, after] = [stringsOf(parsed.value), stringsOf(value)]
  assert.equal(after.length, before.length)
  after.forEach((said, at) => {
    const written = before[at] ?? ''
    if (!written.includes('${')) assert.equal(said, written, 'changed without a reference')
    // What was put in is not looked through again.
    if (written === '${env:SECRET}' || written === '${file:secret.txt}') assert.equal(said, SECRET)
  })
  assert.equal(
    replaced.size > 0,
    before.some(each => each.includes('${')),
  )
  inlineDocuments(value as Record<string, unknown>, () => ({ ok: true, text }))
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : []
}

export const seeds = [
  'Yserver: { port: 4000 }\nroutes:\n  - { path: /a, auth: public }\n  - { openapi: a.yaml }\n',
  'J{"issuers":{"main":{"secret":"${env:SECRET}"}},"routes":[]}',
  'Ya: "${env:SECRET}"\nb: $${env:SECRET}${file:secret.txt}\nc: ${env:NONE\n',
  'Yx: &a { b: 1 }\ny: *a\nz: { <<: *a, c: 2 }\n',
  "Ya: |\n  text\nb: >-\n  folded\nc: 'it''s'\n# why\n",
]
export const dictionary = [
  ...[
    '${env:SECRET}',
    '${file:secret.txt}',
    '${env:',
    '$${',
    '${',
    '}',
    ': ',
    '\n',
    '\n  ',
    '- ',
    '{',
    '[',
    ']',
    ', ',
    '"',
    "'",
  ],
  ...[
    '&a ',
    '*a',
    '<<: ',
    '!!str ',
    '!!binary ',
    '!x ',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '# ',
    '? ',
    '|\n',
    '>-\n',
    '\t',
    '\\u0000',
    '~',
  ],
  ...[
    '__proto__: ',
    '"__proto__":',
    'openapi: ',
    'routes:',
    'null',
    '0x1F',
    '1e400',
    '.nan',
    '2001-01-01',
    'yes',
    '\xef\xbb\xbf',
  ],
]
