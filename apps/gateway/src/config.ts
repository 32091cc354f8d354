import { dirname, resolve } from 'node:path'
import type { Problem } from '@gatehouse/configuration'
import { readText } from './configuration/bytes.ts'
import { parseConfiguration } from './configuration/document.ts'
import { inlineDocuments } from './configuration/documents.ts'
import { inlineFiles } from './configuration/files.ts'
import { resolveReferences } from './configuration/references.ts'

/** The one place of the app that reads the environment. */
export interface Environment {
  readonly variable: (name: string) => string | undefined
  /** `GATEHOUSE_LOG_LEVEL`; default `info`. */
  readonly logLevel: string
  /** `NO_COLOR` set to anything but nothing (no-color.org). */
  readonly noColor: boolean
}

export const readEnvironment = (): Environment => ({
  variable: name => process.env[name],
  logLevel: process.env.GATEHOUSE_LOG_LEVEL ?? 'info',
  noColor: (process.env.NO_COLOR ?? '') !== '' || process.env.TERM === 'dumb',
})

/** A configuration file once read: references replaced, files in their members' place, not yet judged. */
export interface Loaded {
  readonly value: Record<string, unknown>
  /** References and files that lead nowhere; the rest can still be judged. */
  readonly problems: readonly Problem[]
  /** File names as written, by path. */
  readonly names: ReadonlyMap<string, string>
  /** Paths that came out of `${…}`. */
  readonly replaced: ReadonlySet<string>
}

export type Loading =
  | { readonly ok: true; readonly loaded: Loaded }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Reads one configuration file. Fails only where there is nothing to judge: unreadable, not YAML, not an object. */
export function loadConfiguration(path: string, environment: Environment): Loading {
  const file = readText(path)
  if (!file.ok) return { ok: false, problems: [{ path, message: `the configuration can not be read: ${file.reason}` }] }
  const parsed = parseConfiguration(file.text, path)
  if (!parsed.ok) return parsed
  const folder = dirname(resolve(path))
  const read = (name: string) => readText(resolve(folder, name))
  const references = resolveReferences(parsed.value, { env: environment.variable, file: read })
  const files = inlineFiles(references.value, read, references.replaced)
  const documents = inlineDocuments(files.value as Record<string, unknown>, read)
  const broken = new Set(references.problems.map(problem => problem.path))
  return {
    ok: true,
    loaded: {
      value: documents.value,
      problems: [
        ...references.problems,
        ...[...files.problems, ...documents.problems].filter(problem => !broken.has(problem.path)),
      ],
      names: files.names,
      replaced: references.replaced,
    },
  }
}
