import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { ConfigurationError, checkShape, type Schema } from '@gatehouse/configuration'
import { parseDocument } from 'yaml'

/** Reads a configuration file. Throws ConfigurationError with every mistake by path, or with the line that does not parse. */
export async function readConfigurationFile(file: string, schema: Schema): Promise<unknown> {
  const value = parse(await read(file), file)
  // An empty file is an empty configuration.
  const given = value ?? {}
  const problems = checkShape(schema, given, '')
  if (problems.length > 0) throw new ConfigurationError(problems)
  return given
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new ConfigurationError([{ path: file, message: isMissing ? 'does not exist' : 'can not be read' }])
  }
}

function parse(text: string, file: string): unknown {
  if (extname(file) === '.json') return parseJson(text, file)
  const document = parseDocument(text, { uniqueKeys: true, stringKeys: true })
  if (document.errors.length > 0) {
    throw new ConfigurationError(
      document.errors.map(({ linePos, code }) => ({
        path: linePos === undefined ? file : `${file}:${linePos[0].line}:${linePos[0].col}`,
        message: `is not YAML, ${code.toLowerCase().replaceAll('_', ' ')}`,
      })),
    )
  }
  try {
    // Aliases are counted, since a few lines of them can grow without end.
    return document.toJS({ maxAliasCount: 100 })
  } catch {
    throw new ConfigurationError([{ path: file, message: 'has aliases that do not resolve, or too many' }])
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ConfigurationError([{ path: file, message: 'is not JSON' }])
  }
}
