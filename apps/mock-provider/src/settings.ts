import { existsSync } from 'node:fs'
import { ConfigurationError, nearest, type Problem } from '@gatehouse/configuration'
import type { MockProviderOptions } from '@gatehouse/mock-provider'

/** What `start` goes by: the file's members with the flags over them. */
export interface StartOptions {
  readonly host: string
  readonly port: number
  readonly provider: MockProviderOptions
  readonly file: string | undefined
}

/** What a configuration file holds. */
export interface FileSettings extends Omit<MockProviderOptions, 'ports'> {
  readonly $schema?: string
  readonly host?: string
  readonly port?: number
  readonly preset?: string | null
}

const DEFAULT_FILE = 'mock-oidc.yaml'
const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PORT = 4010

/** Reads flags and file. Throws ConfigurationError with every mistake; a flag's path begins with `--`. */
export async function readSettings(flags: ReadonlyMap<string, readonly string[]>): Promise<StartOptions> {
  const flag = (name: string): string | undefined => flags.get(name)?.[0]
  const problems: Problem[] = []
  const port = readPort(flag('port'), problems)
  const issuer = flag('issuer')
  if (issuer !== undefined && !isIssuer(issuer)) {
    problems.push({
      path: '--issuer',
      message: 'is no issuer',
      allowed: 'an http or https URL without query and fragment',
    })
  }
  const host = flag('host')
  if (host === '') problems.push({ path: '--host', message: 'is empty', allowed: 'an address such as 127.0.0.1' })
  if (problems.length > 0) throw new ConfigurationError(problems)

  const file = flag('config') ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined)
  const fromFile = file === undefined ? {} : await readFileSettings(file)
  const { host: fileHost, port: filePort, preset: filePreset, $schema: _, ...rest } = fromFile
  const seed = flag('seed')
  await refusePreset(flag('preset'), '--preset')
  await refusePreset(filePreset ?? undefined, 'preset')
  return {
    host: host ?? fileHost ?? DEFAULT_HOST,
    port: port ?? filePort ?? DEFAULT_PORT,
    provider: {
      ...rest,
      ...(issuer === undefined ? {} : { issuer }),
      ...(seed === undefined ? {} : { seed }),
    },
    file,
  }
}

async function readFileSettings(file: string): Promise<FileSettings> {
  // A parser of YAML and a validator take longer to load than everything else together; most starts have no file.
  const { readConfigurationFile } = await import('./file.ts')
  return readConfigurationFile(file)
}

/** A name that no preset has is never passed over in silence. */
async function refusePreset(name: string | undefined, path: string): Promise<void> {
  if (name === undefined) return
  const { PRESET_NAMES } = await import('@gatehouse/mock-provider')
  const meant = nearest(name, PRESET_NAMES)
  throw new ConfigurationError([
    {
      path,
      message: `is not available${meant === undefined ? '' : `, did you mean ${meant}?`}`,
      allowed: PRESET_NAMES.length === 0 ? 'this version has no presets' : `one of ${PRESET_NAMES.join(', ')}`,
    },
  ])
}

function readPort(text: string | undefined, problems: Problem[]): number | undefined {
  if (text === undefined) return undefined
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  problems.push({ path: '--port', message: 'is no port', allowed: 'a whole number from 0 to 65535' })
  return undefined
}

function isIssuer(text: string): boolean {
  if (!/^https?:\/\/[^/?#]/i.test(text) || !URL.canParse(text)) return false
  const { search, hash, username } = new URL(text)
  return search === '' && hash === '' && username === ''
}
