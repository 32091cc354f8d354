import type { FieldScanner } from './fields.ts'
import { CR } from './grammar.ts'

/** What a response says before its body, judged and with everything hop-by-hop taken out. */
export interface ResponseHead {
  readonly status: number
  /** Reason phrase, possibly empty. */
  readonly reason: string
  /** End-to-end fields, name and value in turn as the upstream wrote them. Framing and hop-by-hop fields are not among them. */
  readonly fields: string[]
  /** Value of Content-Length, or -1 where there is none. */
  readonly length: number
  readonly chunked: boolean
  /** Whether the upstream lets the connection live on (RFC 9112 section 9.3). */
  readonly persistent: boolean
  /** `timeout` of a Keep-Alive field in seconds, or -1. */
  readonly keepAlive: number
  /** Lower-cased names announced by Trailer. */
  readonly trailers: readonly string[]
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9][0-9]{2})(?: (.*))?$/s
const LENGTH = /^[0-9]{1,15}$/
const KEEP_ALIVE_TIMEOUT = /(?:^|[,\s])timeout=([0-9]{1,6})(?:$|[,\s])/i
const NO_NAMES: readonly string[] = []
const KEEP_ALIVE: readonly string[] = ['keep-alive']

/** Why a head can not be believed. A string instead of a head, so that the ordinary way throws nothing. */
export type HeadFault = string

/**
 * Judges a scanned head (RFC 9112 sections 4 and 6). Anything by which two readers could disagree about where the response
 * ends is a fault: a second Content-Length, even an equal one; a list of them; Transfer-Encoding beside it, repeated, in HTTP/1.0, or
 * with any other coding than `chunked`.
 */
export function readHead(text: string, scanner: FieldScanner): ResponseHead | HeadFault {
  const line = STATUS_LINE.exec(text.slice(0, scanner.firstLine))
  if (line === null) return 'a status line that is none'
  const fields: string[] = []
  let length = -1
  let chunked = false
  let connection: string | undefined
  let keepAlive = -1
  let trailers = NO_NAMES
  const { offsets, count } = scanner
  for (let slot = 0; slot < count * 4; slot += 4) {
    const name = text.slice(offsets[slot], offsets[slot + 1])
    const value = text.slice(offsets[slot + 2], offsets[slot + 3])
    switch (connectionField(name)) {
      case '':
        fields.push(name, value)
        break
      case 'content-length':
        if (length !== -1) return 'more than one Content-Length'
        if (!LENGTH.test(value) || endsWithTab(text, offsets[slot + 3] ?? 0))
          return 'a Content-Length that is no number'
        length = Number(value)
        break
      case 'transfer-encoding':
        if (chunked) return 'more than one Transfer-Encoding'
        if (value.toLowerCase() !== 'chunked') return 'a transfer coding other than chunked'
        chunked = true
        break
      case 'connection':
        connection = connection === undefined ? value : `${connection},${value}`
        break
      case 'keep-alive':
        keepAlive = Number(KEEP_ALIVE_TIMEOUT.exec(value)?.[1] ?? -1)
        break
      case 'trailer':
        trailers = [...trailers, ...names(value)]
        break
    }
  }
  const minor = line[1] === '1' ? 1 : 0
  if (chunked && length !== -1) return 'Content-Length beside Transfer-Encoding'
  if (chunked && minor === 0) return 'Transfer-Encoding in HTTP/1.0'
  const options = connection === undefined ? NO_NAMES : names(connection)
  return {
    status: Number(line[2]),
    reason: line[3] ?? '',
    fields: options.length === 0 ? fields : withoutNamed(fields, options),
    length,
    chunked,
    persistent: minor === 1 ? !options.includes('close') : options.includes('keep-alive') && !options.includes('close'),
    keepAlive,
    trailers,
  }
}

/** Whether a tab is among the white space after a value. Allowed it is (RFC 9110 section 5.6.3), but not every reader of a length goes past it. */
const endsWithTab = (text: string, end: number): boolean =>
  text.charCodeAt(end) !== CR && text.slice(end, text.indexOf('\r', end)).includes('\t')

/** The lower-cased name of a field that ends at this hop (RFC 9110 section 7.6.1), or '' for one that goes on. */
function connectionField(name: string): string {
  switch (name.length) {
    case 2: // te
    case 7: // trailer, upgrade
    case 10: // connection, keep-alive
    case 14: // content-length
    case 16: // proxy-connection
    case 17: // transfer-encoding
    case 18: // proxy-authenticate
    case 19: {
      // proxy-authorization
      const lower = name.toLowerCase()
      return CONNECTION_FIELDS.has(lower) ? lower : ''
    }
    default:
      return ''
  }
}

const CONNECTION_FIELDS: ReadonlySet<string> = new Set([
  'te',
  'trailer',
  'upgrade',
  'connection',
  'keep-alive',
  'content-length',
  'proxy-connection',
  'transfer-encoding',
  'proxy-authenticate',
  'proxy-authorization',
])

function names(list: string): readonly string[] {
  if (list === 'keep-alive') return KEEP_ALIVE
  return list
    .toLowerCase()
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
}

function withoutNamed(fields: string[], options: readonly string[]): string[] {
  if (options.every(option => option === 'close' || option === 'keep-alive')) return fields
  return keepFields(fields, name => !options.includes(name))
}

/** The fields whose lower-cased name passes. */
export function keepFields(fields: readonly string[], keep: (name: string) => boolean): string[] {
  const kept: string[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const name = fields[at] as string
    if (keep(name.toLowerCase())) kept.push(name, fields[at + 1] as string)
  }
  return kept
}

const FRAMING = /^(?:content-length|transfer-encoding)$/i
const TRAILER_FORBIDDEN =
  /^(?:content-.*|te|trailer|host|connection|keep-alive|upgrade|proxy-.*|authorization|www-authenticate|set-cookie|cache-control|expires|age|date|vary|location|retry-after|etag|access-control-.*)$/

/**
 * The trailer fields that go on: those that were announced and that can not change what the head already said
 * (RFC 9110 section 6.5.1). A fault where one pretends to frame the message that has just ended.
 */
export function readTrailers(
  text: string,
  scanner: FieldScanner,
  announced: readonly string[],
): readonly string[] | HeadFault {
  const fields: string[] = []
  const { offsets, count } = scanner
  for (let slot = 0; slot < count * 4; slot += 4) {
    const name = text.slice(offsets[slot], offsets[slot + 1])
    if (FRAMING.test(name)) return 'a framing field among the trailers'
    fields.push(name, text.slice(offsets[slot + 2], offsets[slot + 3]))
  }
  return keepFields(fields, name => announced.includes(name) && !TRAILER_FORBIDDEN.test(name))
}
