import { writeFileSync } from 'node:fs'
import { configurationSchema } from '../src/configuration/schema.ts'

// Writes the JSON Schema that ships beside the code; a test compares the two.
writeFileSync(new URL('../gatehouse.schema.json', import.meta.url), `${JSON.stringify(configurationSchema, null, 2)}\n`)
