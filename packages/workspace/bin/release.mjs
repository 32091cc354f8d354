#!/usr/bin/env node
import { checkPublished } from '../src/checks/published.mjs'
import { judgeCheckout, judgePublisher } from '../src/release/judge.mjs'
import { prepareRelease, releaseFolder } from '../src/release/prepare.mjs'
import { repositoryRoot } from '../src/repository.mjs'
import { buildPackages, runMain, runNpm, SetUpError, setUp } from '../src/set-up.mjs'

const say = (/** @type {string} */ line) => void process.stdout.write(`${line}\n`)

await runMain(async () => {
  const unknown = process.argv.slice(2).find(argument => argument !== '--publish')
  if (unknown !== undefined) throw new SetUpError(`There is no ${unknown}: without --publish nothing is published.`)
  const isMeant = process.argv.includes('--publish')
  await setUp({ build: false })
  await buildPackages(repositoryRoot, 'for a release')
  const problems = [
    ...(await judgeCheckout(repositoryRoot)),
    ...(isMeant ? await judgePublisher(repositoryRoot, process.env) : []),
    ...(await checkPublished(repositoryRoot)),
  ]
  const commands = await prepareRelease(repositoryRoot)
  say(`${releaseFolder}/ holds the packages, sbom.cdx.json and SHA256SUMS.\n`)
  if (problems.length > 0) {
    say('This is no release yet:')
    for (const problem of problems) say(`  ${problem}`)
    say('\nOtherwise it would be:')
  }
  for (const args of commands) {
    say(`  npm ${args.join(' ')}`)
    if (!isMeant || problems.length > 0) continue
    const { code } = await runNpm(repositoryRoot, args, { show: true })
    if (code !== 0) throw new SetUpError(`npm ended with code ${code}; what is above was published, the rest was not.`)
  }
  process.exitCode = problems.length > 0 ? 1 : 0
})
