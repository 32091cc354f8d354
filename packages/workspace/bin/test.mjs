#!/usr/bin/env node
import { repositoryRoot } from '../src/repository.mjs'
import { runMain, SetUpError, setUp } from '../src/set-up.mjs'
import { summarise } from '../src/tap-results.mjs'
import { runTests, selectTests } from '../src/test-run.mjs'

await runMain(async () => {
  const given = process.argv.slice(2)
  const filters = given.filter(argument => !argument.startsWith('-'))
  await setUp({ tests: true }).catch(error => {
    if (error instanceof SetUpError) process.once('exit', () => process.stdout.write('\n0 passed, 1 failed\n'))
    throw error
  })
  const files = selectTests(repositoryRoot, filters, process.env.INIT_CWD ?? process.cwd())
  const count = await runTests({
    root: repositoryRoot,
    files,
    flags: given.filter(argument => argument.startsWith('-')),
    coverage: filters.length === 0,
  })
  process.stdout.write(`\n${summarise(count)}\n`)
  process.exitCode = count.failed > 0 ? 1 : 0
})
