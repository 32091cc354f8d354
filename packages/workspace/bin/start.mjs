#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { repositoryRoot } from '../src/repository.mjs'
import { runMain, SetUpError, setUp } from '../src/set-up.mjs'

await runMain(async () => {
  await setUp()
  const demo = join(repositoryRoot, 'apps/gateway/demo/demo.mjs')
  if (!existsSync(demo)) throw new SetUpError('apps/gateway/demo/demo.mjs is missing.')
  // In this process, so that signals and the exit code are the demo's own.
  process.argv[1] = demo
  await import(pathToFileURL(demo).href)
})
