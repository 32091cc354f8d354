import type { ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { Deadline } from './deadline.ts'
import type { Exchange } from './forward.ts'
import { shapeTrailers } from './headers.ts'
import { addTrailers, isFramed, sever, writeHead } from './inbound.ts'

/** An upstream's answer, whatever the protocol. */
export interface Answer {
  readonly status: number
  readonly reason: string
  /** End-to-end fields, a flat list. */
  readonly fields: string[]
  readonly hasLength: boolean
  /** `Trailer` of an answer by HTTP/1.1, which announces them. */
  readonly announced: string | undefined
  readonly body: Readable
  /** Whether a body that has ended was not cut. */
  readonly isWhole: () => boolean
  /** Known at the end of the body. */
  readonly trailers: () => readonly string[]
}

/**
 * Streams an answer to the client as it comes; one that is cut short, or stalls for `bodyTimeout` seconds, destroys the client's
 * connection. `onEnd` follows its last byte.
 */
export function relayAnswer(
  exchange: Exchange,
  { status, reason, fields, hasLength, announced, body: incoming, isWhole, trailers }: Answer,
  deadline: Deadline,
  bodyTimeout: number,
  onEnd: () => void,
): void {
  const { response } = exchange
  const cut = (cause: string) => {
    deadline.clear()
    incoming.off('data', relay)
    if (response.destroyed) return
    exchange.cut(cause)
    sever(response)
    incoming.destroy()
  }
  const relay = (chunk: Buffer) => {
    deadline.refresh()
    if (!response.write(chunk)) incoming.pause()
  }
  const resume = () => {
    deadline.refresh()
    incoming.resume()
  }
  incoming.on('error', () => cut('the upstream cut its answer short'))
  deadline.arm(bodyTimeout, () => {
    // A slow client is not a slow upstream.
    if (incoming.isPaused()) deadline.refresh()
    else cut('the upstream stalled in its answer')
  })

  const headers = exchange.begin(status, fields, false)
  const canTrail = !hasLength && isFramed(response) && exchange.method !== 'HEAD'
  if (canTrail && announced !== undefined) headers.push('trailer', announced)
  try {
    writeHead(response, status, reason, headers)
  } catch {
    // HTTP/2 can not carry every head that HTTP/1.1 can, such as a Location that is there twice.
    cut("the upstream's answer can not be said in the client's protocol")
    return
  }

  incoming.on('data', relay)
  response.on('drain', resume)
  incoming.on('end', () => {
    if (!isWhole()) return cut('the upstream cut its answer short')
    deadline.clear()
    response.off('drain', resume)
    const last = canTrail ? shapeTrailers(trailers()) : []
    if (last.length > 0) addTrailers(response, last)
    response.end()
    onEnd()
  })
  // Events and slow bodies: the head does not wait for the first byte, but goes with it where both are there.
  setImmediate(() => {
    if (!response.writableEnded && !response.destroyed) response.flushHeaders()
  })
}

/**
 * Passes on interim answers that carry something (RFC 9110 section 15.2). 100 belongs to the connection with the upstream: the client's
 * own is not its to send. Hints that this platform can not write are dropped, which every client is free to do.
 */
export function relayInformation(response: ServerResponse, status: number, fields: readonly string[]): void {
  if (response.headersSent || response.req.httpVersion !== '1.1') return
  if (status === 102) response.writeProcessing()
  const link = fields.filter((_, index) => fields[index - 1]?.toLowerCase() === 'link' && index % 2 === 1).join(', ')
  if (status !== 103 || !LINKS.test(link)) return
  response.writeEarlyHints({ link: link.split(/,(?=\s*<)/).map(part => part.trim()) })
}

/**
 * Links of RFC 8288 section 3, as far as the platform writes them: it throws for a space or a semicolon in quotes. Each text is read in one
 * way only, or an upstream's answer could take for ever to refuse, here and in the platform's own expression.
 */
const LINK = String.raw`<[^<>]*>(?:\s*;\s*[^;,"=\s]+(?:=(?:"[^";,\s]*"|[^";,=\s]*))?)*`
const LINKS = new RegExp(String.raw`^\s*${LINK}(?:\s*,\s*${LINK})*\s*$`)
