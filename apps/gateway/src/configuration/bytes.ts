import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** Either the text of a file or why there is none, as the end of a sentence. */
export type ReadText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string }

/** No configuration, key or certificate is larger; a device that never ends is refused here. */
const LIMIT = 4 * 1024 * 1024

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  ERR_INVALID_ARG_VALUE: 'it is no file name',
}

/** Reads one file as UTF-8 text, whole or not at all. Pipes are allowed; directories, binary and endless files are not. */
export function readText(path: string): ReadText {
  try {
    return decode(readBounded(path))
  } catch (error) {
    return { ok: false, reason: REASONS[codeOf(error)] ?? 'reading failed' }
  }
}

function readBounded(path: string): Buffer | undefined {
  const descriptor = openSync(path, 'r')
  try {
    if (fstatSync(descriptor).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
    const chunks: Buffer[] = []
    let total = 0
    while (total <= LIMIT) {
      const chunk = Buffer.allocUnsafe(65536)
      const read = readSync(descriptor, chunk)
      if (read === 0) return Buffer.concat(chunks)
      chunks.push(chunk.subarray(0, read))
      total += read
    }
    return undefined
  } finally {
    closeSync(descriptor)
  }
}

function decode(bytes: Buffer | undefined): ReadText {
  if (bytes === undefined) return { ok: false, reason: 'it is larger than 4 MiB' }
  if (bytes.includes(0)) return { ok: false, reason: 'it is not UTF-8 text' }
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return { ok: false, reason: 'it is not UTF-8 text' }
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
