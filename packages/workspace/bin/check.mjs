#!/usr/bin/env node
import { checks, runChecks } from '../src/checks/index.mjs'
import { repositoryRoot } from '../src/repository.mjs'
import { runMain, SetUpError, setUp } from '../src/set-up.mjs'

await runMain(async () => {
  const names = process.argv.slice(2)
  const unknown = names.find(name => !checks.some(check => check.name === name))
  if (unknown)
    throw new SetUpError(`There is no check ${unknown}. There are: ${checks.map(({ name }) => name).join(', ')}.`)
  await setUp({ build: false })
  const chosen = checks.filter(({ name }) => names.length === 0 || names.includes(name))
  const passed = await runChecks(repositoryRoot, chosen, line => void process.stdout.write(`${line}\n`))
  process.exitCode = passed ? 0 : 1
})
