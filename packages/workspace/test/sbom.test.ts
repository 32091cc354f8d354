import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { listPublished } from '../src/release/published.mjs'
import { describeMaterials } from '../src/release/sbom.mjs'
import { repositoryRoot } from '../src/repository.mjs'
import { makeManifest, makeRepository } from './fixture.ts'

const published = (name: string, more: object = {}): object => makeManifest(name, { private: false, ...more })

/** What Node finds when it runs the package in `folder`, by the folders that are there. */
function collectInstalled(folder: string, found: Map<string, string>): void {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const key = `${manifest.name}@${manifest.version}`
  if (found.has(key)) return
  found.set(key, folder)
  const optional = Object.keys(manifest.peerDependenciesMeta ?? {})
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter(name => !optional.includes(name))
  for (const name of [...Object.keys(manifest.dependencies ?? {}), ...peers]) {
    let at = folder
    while (!existsSync(join(at, 'node_modules', name, 'package.json'))) at = dirname(at)
    collectInstalled(join(at, 'node_modules', name), found)
  }
}

t.test('the bill names exactly what the published packages load here, each once and with its digest', t => {
  const installed = new Map<string, string>()
  for (const { folder } of listPublished(repositoryRoot)) collectInstalled(join(repositoryRoot, folder), installed)
  const { components } = describeMaterials(repositoryRoot)
  const listed = components.map(({ name, version }) => `${name}@${version}`)
  t.strictSame(listed.toSorted(), [...installed.keys()].toSorted())
  for (const { name, purl, hashes, licenses } of components) {
    if (name.startsWith('@gatehouse/')) continue
    t.match(hashes?.[0]?.content, /^[0-9a-f]{128}$/, purl)
    t.ok(licenses, `${name} has a license`)
  }
  t.strictSame(describeMaterials(repositoryRoot), describeMaterials(repositoryRoot), 'the same bytes again')
  t.end()
})

t.test('what only tests need, and what is private, is not in it; what is installed deeper is', t => {
  const integrity = `sha512-${Buffer.alloc(64).toString('base64')}`
  const entry = (version: string, more: object = {}): object => ({ version, license: 'MIT', integrity, ...more })
  const root = makeRepository(t, {
    'packages/a/package.json': published('a', { dependencies: { x: '1.0.0' }, devDependencies: { y: '1.0.0' } }),
    'packages/b/package.json': makeManifest('b', { dependencies: { y: '1.0.0' } }),
    'package-lock.json': {
      packages: {
        '': {},
        'packages/a': { name: '@gatehouse/a', version: '0.1.0', dependencies: { x: '1.0.0' } },
        'packages/b': { name: '@gatehouse/b', version: '0.1.0', dependencies: { y: '1.0.0' } },
        'node_modules/x': entry('1.0.0', { dependencies: { z: '^2.0.0' } }),
        'node_modules/x/node_modules/z': entry('2.0.0'),
        'node_modules/y': entry('1.0.0'),
        'node_modules/z': entry('1.0.0'),
      },
    },
  })
  const { components, dependencies } = describeMaterials(root)
  t.strictSame(
    components.map(({ purl }) => purl),
    ['pkg:npm/x@1.0.0', 'pkg:npm/z@2.0.0', 'pkg:npm/%40gatehouse/a@0.1.0'],
  )
  t.strictSame(
    dependencies.find(({ ref }) => ref === 'pkg:npm/x@1.0.0'),
    { ref: 'pkg:npm/x@1.0.0', dependsOn: ['pkg:npm/z@2.0.0'] },
  )
  t.end()
})

t.test('a dependency that the lockfile lacks, or has without its digest, is no bill', t => {
  const bill = (packages: object) => () =>
    describeMaterials(
      makeRepository(t, {
        'packages/a/package.json': published('a', { dependencies: { x: '1.0.0' } }),
        'package-lock.json': {
          packages: { 'packages/a': { name: '@gatehouse/a', dependencies: { x: '1.0.0' } }, ...packages },
        },
      }),
    )
  t.throws(bill({}), { message: 'packages/a needs x, which package-lock.json does not list' })
  t.throws(bill({ 'node_modules/x': { version: '1.0.0', license: 'MIT' } }), { message: /no integrity/ })
  t.end()
})
