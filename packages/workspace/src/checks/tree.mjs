import { readdirSync, readFileSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { listFiles } from '../repository.mjs'

const topLevel = new Set([
  'package.json',
  'package-lock.json',
  'turbo.json',
  'tsconfig.base.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'SECURITY.md',
  'packages',
  'apps',
  'node_modules',
  'coverage',
])

const largest = 400_000

/** @param {string} text */
const escapeRegExp = text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Patterns that only somebody's own machine or registry would leave behind. @param {string} root */
function listTraces(root) {
  const folders = [homedir(), root, dirname(root)].filter(folder => folder.length > 3 && !tmpdir().startsWith(folder))
  const here = folders.map(folder => escapeRegExp(folder)).join('|')
  return [
    {
      find: new RegExp(`(?:${here})/|/(?:home|Users)/[a-z][\\w.-]*/`, 'i'),
      say: 'a path of a machine',
    },
    {
      find: /\bregistry\.[a-z0-9-]+\.(?:org|com|io|dev)\b/i,
      say: 'the host of a package registry',
    },
  ]
}

/** What the top level may hold, the size of files, and no trace of a machine. @param {string} root @returns {string[]} */
export function checkTree(root) {
  const strangers = readdirSync(root)
    .filter(name => !name.startsWith('.') && !topLevel.has(name))
    .map(name => `${name}: does not belong at the top level`)
  const traces = listTraces(root)
  const marks = listFiles(root).flatMap(file => {
    const path = join(root, file)
    const { size } = statSync(path)
    if (size > largest) return [`${file}: ${size} bytes (at most ${largest})`]
    return readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        traces.filter(({ find }) => find.test(line)).map(({ say }) => `${file}:${index + 1}: ${say}`),
      )
  })
  return [...strangers, ...marks]
}
