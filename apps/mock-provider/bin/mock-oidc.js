#!/usr/bin/env node
import module from 'node:module'
import { fileURLToPath } from 'node:url'

// Node 22.1 and later keep what they compiled. Beside the program, not in a folder that everybody may write to.
module.enableCompileCache?.(fileURLToPath(new URL('../dist/.compiled', import.meta.url)))
await import('../dist/main.js')
