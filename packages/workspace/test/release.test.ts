import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { judgeCheckout, judgePublisher } from '../src/release/judge.mjs'
import { prepareRelease, releaseFolder } from '../src/release/prepare.mjs'
import { listPublished } from '../src/release/published.mjs'
import { run } from '../src/run.mjs'
import { makeManifest, makeRepository } from './fixture.ts'

const repository = { url: 'git+https://git.example/gatehouse.git' }

const published = (name: string, dependencies: object, more: object = {}): object =>
  makeManifest(name, { private: false, repository, dependencies, ...more })

async function makeCheckout(t: Test, more: Readonly<Record<string, string | object>> = {}): Promise<string> {
  const root = makeRepository(t, {
    'package.json': { name: '@gatehouse/root', version: '0.1.0', workspaces: ['packages/*', 'apps/*'], private: true },
    'CHANGELOG.md': '# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-11-22\n\n- All of it.\n',
    'apps/c/package.json': published('c', { '@gatehouse/b': '0.1.0' }),
    'packages/a/package.json': published('a', { '@gatehouse/d': '0.1.0' }),
    'packages/b/package.json': published('b', { '@gatehouse/a': '0.1.0' }),
    'packages/d/package.json': published('d', {}),
    'packages/own/package.json': makeManifest('own'),
    'package-lock.json': {
      packages: Object.fromEntries(
        ['apps/c', 'packages/a', 'packages/b', 'packages/d'].map(path => [
          path,
          { name: `@gatehouse/${path.slice(-1)}`, version: '0.1.0' },
        ]),
      ),
    },
    ...more,
  })
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com']
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    [...who, 'commit', '-q', '-m', 'All'],
  ])
    await run('git', args, { cwd: root })
  return root
}

t.test('a package is published after those that it needs, and a private one never', async t => {
  const root = await makeCheckout(t)
  t.strictSame(
    listPublished(root).map(({ manifest }) => manifest.name),
    ['@gatehouse/d', '@gatehouse/a', '@gatehouse/b', '@gatehouse/c'],
  )
})

t.test('a checkout that is clean, of one version and described is a release', async t => {
  t.strictSame(await judgeCheckout(await makeCheckout(t)), [])
})

t.test('each thing that a release lacks is told', async t => {
  const root = await makeCheckout(t, {
    'CHANGELOG.md': '# Changelog\n\n## [Unreleased]\n\n- All of it.\n\n## [0.1.0] - 2026-11-22\n',
    'packages/d/package.json': published('d', {}, { version: '0.2.0' }),
    'packages/b/package.json': published('b', {}, { repository: undefined }),
  })
  writeFileSync(join(root, 'packages/a/left.txt'), '')
  t.strictSame(await judgeCheckout(root), [
    '1 files are not as they were committed',
    'packages/d has the version 0.2.0, the root 0.1.0',
    'CHANGELOG.md says nothing under `## [0.1.0] - YYYY-MM-DD`',
    'packages/b names no repository',
  ])
})

t.test('nothing is published but from a tagged commit in a run of CI that may ask for its identity', async t => {
  const root = await makeCheckout(t)
  t.strictSame(await judgePublisher(root, {}), [
    'this is no run of CI',
    'this run has no permission for an identity token (`id-token: write`)',
    'the commit has no tag v0.1.0',
  ])
  await run('git', ['tag', 'v0.1.0'], { cwd: root })
  t.strictSame(await judgePublisher(root, { CI: 'true', ACTIONS_ID_TOKEN_REQUEST_URL: 'https://ci.example/token' }), [])
})

t.test('a release is the packages, their bill of materials and the checksums of all', async t => {
  const root = await makeCheckout(t)
  const commands = await prepareRelease(root)
  t.strictSame(
    commands.map(args => args.join(' ')),
    ['d', 'a', 'b', 'c'].map(
      name => `publish ./.workspace/release/gatehouse-${name}-0.1.0.tgz --provenance --access public`,
    ),
  )
  const sums = readFileSync(join(root, releaseFolder, 'SHA256SUMS'), 'utf8')
    .trimEnd()
    .split('\n')
  t.equal(sums.length, 5)
  for (const [sum = '', file = ''] of sums.map(line => line.split('  '))) {
    const content = readFileSync(join(root, releaseFolder, file))
    t.equal(createHash('sha256').update(content).digest('hex'), sum, file)
  }
  const bill = JSON.parse(readFileSync(join(root, releaseFolder, 'sbom.cdx.json'), 'utf8'))
  t.equal(bill.bomFormat, 'CycloneDX')
  t.equal(bill.components.length, 4)
})
