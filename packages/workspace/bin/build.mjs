#!/usr/bin/env node
import { buildPackage } from '../src/bundle.mjs'
import { runMain } from '../src/set-up.mjs'

await runMain(() => buildPackage(process.cwd(), process.argv.slice(2)))
