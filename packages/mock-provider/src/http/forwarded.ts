import type { Question } from './message.ts'

/**
 * A question with the origin that the client used, as a proxy tells it: `Forwarded` (RFC 7239), else `X-Forwarded-Proto`, `-Host` and `-Port`, of
 * several values the first. Only for who knows that a proxy sets them: any client could.
 */
export function readForwarded(question: Question): Question {
  const { headers, origin } = question
  const forwarded = readElement(headers.forwarded)
  const host = forwarded.host ?? first(headers['x-forwarded-host']) ?? new URL(origin).host
  const proto = forwarded.proto ?? first(headers['x-forwarded-proto']) ?? new URL(origin).protocol.slice(0, -1)
  const port = forwarded.host === undefined ? first(headers['x-forwarded-port']) : undefined
  const address = `${proto.toLowerCase()}://${port === undefined || /:\d+$/.test(host) ? host : `${host}:${port}`}`
  // What is no origin is no proxy's word.
  return ORIGIN.test(address) && URL.canParse(address) ? { ...question, origin: new URL(address).origin } : question
}

const ORIGIN = /^https?:\/\/(?:[a-z0-9._~-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i

const first = (header: string | undefined): string | undefined => header?.split(',', 1)[0]?.trim() || undefined

/** The element nearest to the client (RFC 7239 section 4). */
function readElement(header: string | undefined): { readonly host?: string; readonly proto?: string } {
  const pairs = (first(header) ?? '').split(';').map(pair => pair.trim().split('='))
  return Object.fromEntries(
    pairs.map(([name = '', ...value]) => [name.toLowerCase(), value.join('=').replace(/^"(.*)"$/, '$1')]),
  )
}
