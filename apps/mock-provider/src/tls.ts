import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ConfigurationError } from '@gatehouse/configuration'
import type { ListenOptions } from '@gatehouse/mock-provider'

/** `tls` as the configuration file has it: PEM files by name, relative to that file. */
export type TlsSetting = boolean | { readonly cert?: string; readonly key?: string; readonly askCertificate?: boolean }

/** Reads the PEM files. Throws ConfigurationError for one that can not be read, or is there without the other. */
export async function readTls(
  setting: TlsSetting | undefined,
  path: string,
): Promise<NonNullable<ListenOptions['tls']>> {
  if (setting === undefined || typeof setting === 'boolean') return setting ?? false
  const { cert, key, ...rest } = setting
  if ((cert === undefined) !== (key === undefined)) {
    const message = `has ${cert === undefined ? 'key without cert' : 'cert without key'}`
    throw new ConfigurationError([{ path, message, allowed: 'both, or neither for a generated certificate' }])
  }
  if (cert === undefined || key === undefined) return rest
  return { ...rest, cert: await readPem(cert, `${path} cert`), key: await readPem(key, `${path} key`) }
}

async function readPem(file: string, path: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text?.includes('-----BEGIN ')) return text
  throw new ConfigurationError([
    { path, message: `${file} ${text === undefined ? 'can not be read' : 'is no PEM'}`, allowed: 'a PEM file' },
  ])
}

/** A certificate in a file, for clients to trust. */
export interface WrittenCertificate {
  readonly file: string
  readonly remove: () => Promise<void>
}

/** Writes it where it was asked for, to stay there; else into a new folder for as long as the provider runs. */
export async function writeCertificate(pem: string, wanted: string | undefined): Promise<WrittenCertificate> {
  if (wanted !== undefined) {
    await writeFile(wanted, pem)
    return { file: wanted, remove: async () => undefined }
  }
  // A folder of a name that nobody can have foreseen, so that nobody can have put a link in the file's place.
  const file = join(await mkdtemp(join(tmpdir(), 'mock-oidc-')), 'certificate.pem')
  await writeFile(file, pem)
  return { file, remove: () => rm(dirname(file), { recursive: true, force: true }) }
}
