import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const document = readFileSync(`${root}SECURITY.md`, 'utf8')
const rows = document.split('\n').filter(line => line.startsWith('| ') && !/^\| (threat|of) \|/.test(line))
const testsIn = (text: string): string[] => [...text.matchAll(/\]\(([^)]+\.test\.ts)\)/g)].map(match => match[1] ?? '')

t.test('every threat names a test that exists', async t => {
  t.ok(rows.length > 40, `${rows.length} rows`)
  for (const row of rows) {
    const tests = testsIn(row)
    t.ok(tests.length > 0, row.slice(0, 60))
    for (const test of tests) t.ok(existsSync(root + test), test)
  }
})

t.test('every file of attacks and advisories is named, and every advisory is in the file that shows it', async t => {
  const named = new Set(testsIn(document))
  for (const folder of ['advisories', 'attacks']) {
    const tests = readdirSync(fileURLToPath(new URL(folder, import.meta.url))).filter(name => name.endsWith('.test.ts'))
    t.ok(tests.length >= 8, `${folder} has tests`)
    for (const name of tests) t.ok(named.has(`packages/e2e/test/${folder}/${name}`), name)
  }
  for (const row of rows) {
    const [test = ''] = testsIn(row)
    if (!test.includes('/advisories/') || row.includes('attacks/')) continue
    const text = readFileSync(root + test, 'utf8')
    const [, , advisories = ''] = row.split('|')
    for (const id of advisories.match(/CVE-[\d-]+|GHSA(?:-\w{4}){3}|#\d+|\b\d+\.\d+(?:\.\d+)?\b/g) ?? []) {
      t.ok(text.includes(id), `${id} in ${test}`)
    }
  }
})

t.test('what is not defended is said', async t => {
  const [, undefended = ''] = document.split('## What is not defended')
  t.ok((undefended.match(/^- \*\*/gm) ?? []).length >= 10)
})
