import type { Ports } from '../ports.ts'
import { parseUrl } from './url.ts'

/** The most that is read of what a client publishes, in bytes. */
const LIMIT = 65_536
/** Real milliseconds. */
const TIMEOUT = 5000

/**
 * What a client publishes at an address of its own: `jwks_uri`, `request_uri`. Undefined where it is no http or https address, does not answer
 * 200 within 5 seconds, redirects, or answers more than 64 KiB. It is asked again each time, so that a rotated key needs no waiting.
 */
export async function fetchText(ask: Ports['fetch'], uri: string, accept: string): Promise<string | undefined> {
  if (!['http:', 'https:'].includes(parseUrl(uri)?.protocol ?? '')) return undefined
  const request = new Request(uri, { headers: { accept }, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT) })
  try {
    const response = await ask(request)
    if (response.status !== 200) return undefined
    return await readAtMost(response.body, LIMIT)
  } catch {
    return undefined
  }
}

async function readAtMost(body: ReadableStream<Uint8Array> | null, limit: number): Promise<string | undefined> {
  if (body === null) return ''
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
    size += part.length
    if (size > limit) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}
