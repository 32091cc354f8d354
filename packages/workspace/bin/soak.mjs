#!/usr/bin/env node
import { spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { repositoryRoot } from '../src/repository.mjs'
import { runMain, setUp } from '../src/set-up.mjs'

await runMain(async () => {
  await setUp()
  const flags = [
    '--import=tsx',
    '--conditions=@gatehouse/source',
    join(repositoryRoot, 'packages/e2e/src/soak/main.ts'),
  ]
  const { status, signal } = spawnSync(process.execPath, [...flags, ...process.argv.slice(2)], {
    cwd: repositoryRoot,
    // The programs as users run them: a compiler and its source maps would be in the memory that is measured.
    env: { ...process.env, TEST_BUILT: '1' },
    stdio: 'inherit',
  })
  process.exitCode = status ?? 128 + (signal ? constants.signals[signal] : 0)
})
