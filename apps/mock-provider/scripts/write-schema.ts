import { writeFile } from 'node:fs/promises'
import { fileSchema, probeSchema } from '../src/index.ts'

for (const [name, schema] of Object.entries({ 'mock-oidc': fileSchema, probe: probeSchema }))
  await writeFile(new URL(`../${name}.schema.json`, import.meta.url), JSON.stringify(schema, null, 2))
