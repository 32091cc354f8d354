#!/usr/bin/env node
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { releaseFolder } from '../src/release/prepare.mjs'
import { describeMaterials } from '../src/release/sbom.mjs'
import { repositoryRoot } from '../src/repository.mjs'
import { runMain, SetUpError } from '../src/set-up.mjs'

await runMain(async () => {
  const [file = join(repositoryRoot, releaseFolder, 'sbom.cdx.json'), ...rest] = process.argv.slice(2)
  if (rest.length > 0 || file.startsWith('-')) throw new SetUpError('Give one file to write, or none.')
  const materials = describeMaterials(repositoryRoot)
  mkdirSync(dirname(resolve(file)), { recursive: true })
  writeFileSync(file, `${JSON.stringify(materials, undefined, 2)}\n`)
  const ours = materials.components.filter(({ name }) => name.startsWith('@gatehouse/')).length
  process.stdout.write(
    `${relative('', resolve(file))}: ${ours} packages of ours, ${materials.components.length - ours} that they need\n`,
  )
})
