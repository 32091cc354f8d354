import type { Given } from '../argv.ts'
import { isProduction } from '../config.ts'
import type { Output } from './command.ts'

/** Says no where NODE_ENV is production and nobody has said that this is meant. */
export function refuseProduction(command: string, values: Given['values'], output: Output): boolean {
  if (!isProduction() || values.has('allow-production')) return false
  output.error(
    `mock-oidc ${command}: NODE_ENV is production, and a mock lets anybody in; --allow-production starts it all the same\n`,
  )
  return true
}
