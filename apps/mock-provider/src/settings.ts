import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ConfigurationError, nearest, type Problem } from '@gatehouse/configuration'
import type { ListenOptions, MockProviderOptions } from '@gatehouse/mock-provider'
import { readTls, type TlsSetting } from './tls.ts'

/** What `start` goes by: the file's members with the flags over them. */
export interface StartOptions {
  readonly host: string
  readonly port: number
  readonly tls: NonNullable<ListenOptions['tls']>
  /** Where the certificate is to be written that clients must trust. */
  readonly tlsOut: string | undefined
  readonly provider: MockProviderOptions
  readonly file: string | undefined
}

/** What a configuration file holds. */
export interface FileSettings extends Omit<MockProviderOptions, 'ports'> {
  readonly $schema?: string
  readonly host?: string
  readonly port?: number
  readonly tls?: TlsSetting
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
  const { host: fileHost, port: filePort, tls: fileTls, $schema: _, ...rest } = fromFile
  const seed = flag('seed')
  const preset = flag('preset')
  await judgePreset(preset)
  const tls = await readTlsFlags(flags, fileTls === undefined || file === undefined ? undefined : locate(fileTls, file))
  const tlsOut = flag('tls-out')
  if (tlsOut !== undefined && tls === false)
    throw new ConfigurationError([{ path: '--tls-out', message: 'is given without --tls' }])
  return {
    host: host ?? fileHost ?? DEFAULT_HOST,
    port: port ?? filePort ?? DEFAULT_PORT,
    tls,
    tlsOut,
    provider: {
      ...rest,
      ...(issuer === undefined ? {} : { issuer }),
      ...(seed === undefined ? {} : { seed }),
      ...(preset === undefined ? {} : { preset }),
    },
    file,
  }
}

/** Flags win over the file; `--tls` alone is a generated certificate. */
async function readTlsFlags(
  flags: ReadonlyMap<string, readonly string[]>,
  fromFile: TlsSetting | undefined,
): Promise<StartOptions['tls']> {
  const [cert, key] = [flags.get('tls-cert')?.[0], flags.get('tls-key')?.[0]]
  if (cert === undefined && key === undefined)
    return flags.has('tls') && (fromFile ?? false) === false ? true : readTls(fromFile, 'tls')
  return readTls({ ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) }, '--tls')
}

/** Relative to the file that names them. */
function locate(tls: TlsSetting, file: string): TlsSetting {
  if (typeof tls === 'boolean') return tls
  const { cert, key, ...rest } = tls
  const near = (name: string): string => resolve(dirname(file), name)
  return {
    ...rest,
    ...(cert === undefined ? {} : { cert: near(cert) }),
    ...(key === undefined ? {} : { key: near(key) }),
  }
}

async function readFileSettings(file: string): Promise<FileSettings> {
  // A parser of YAML and a validator take longer to load than everything else together; most starts have no file.
  const [{ readConfigurationFile }, { fileSchema }] = await Promise.all([import('./file.ts'), import('./schema.ts')])
  return (await readConfigurationFile(file, fileSchema)) as FileSettings
}

/** The file's own is judged with the other options; this one is told by the flag's name. */
async function judgePreset(name: string | undefined): Promise<void> {
  if (name === undefined) return
  const { PRESET_NAMES } = await import('@gatehouse/mock-provider')
  if (PRESET_NAMES.includes(name)) return
  const meant = nearest(name, PRESET_NAMES)
  throw new ConfigurationError([
    {
      path: '--preset',
      message: `is no preset${meant === undefined ? '' : `, did you mean ${meant}?`}`,
      allowed: `one of ${PRESET_NAMES.join(', ')}`,
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
