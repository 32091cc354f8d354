import { writeFileSync } from 'node:fs'
import { watchDefects, watchMisbehaviours, writeTables } from './table.ts'

writeFileSync(`${import.meta.dirname}/../../DEFECTS.md`, writeTables(await watchDefects(), await watchMisbehaviours()))
