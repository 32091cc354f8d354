import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Test } from 'tap'
import { repositoryRoot } from '../src/repository.mjs'

// tap loads itself into every process that a test starts, through NODE_OPTIONS, and the compiler does not start with it.
const node = join(mkdtempSync(join(tmpdir(), 'gatehouse-node-')), 'node')
writeFileSync(node, `#!/bin/sh\nunset NODE_OPTIONS\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 })
process.execPath = node
process.once('exit', () => rmSync(dirname(node), { recursive: true, force: true }))

const manifest = {
  name: '@gatehouse/root',
  private: true,
  license: 'MIT',
  type: 'module',
  packageManager: 'npm@11.19.1',
  engines: { node: '>=20.19' },
  workspaces: ['packages/*', 'apps/*'],
  scripts: { test: 'true' },
}

/** A repository outside this one, with its rules and its installed packages. JSON where a file is an object. */
export function makeRepository(t: Test, files: Readonly<Record<string, string | object>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-workspace-')))
  t.teardown(() => rmSync(root, { recursive: true, force: true }))
  for (const name of ['.biome.json', '.gitignore', 'tsconfig.base.json', 'turbo.json'])
    cpSync(join(repositoryRoot, name), join(root, name))
  symlinkSync(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'))
  const lock = { name: '@gatehouse/root', lockfileVersion: 3, packages: { '': {} } }
  for (const [path, content] of Object.entries({ 'package.json': manifest, 'package-lock.json': lock, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(
      join(root, path),
      typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 2)}\n`,
    )
  }
  return root
}

/** What every package of ours says, and what one more says. */
export const makeManifest = (name: string, more: object = {}): object => ({
  name: `@gatehouse/${name}`,
  version: '0.1.0',
  description: 'A package.',
  private: true,
  license: 'MIT',
  type: 'module',
  engines: { node: '>=20.19' },
  ...more,
})
