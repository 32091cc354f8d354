import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Deadline } from './deadline.ts'
import type { Exchange } from './forward.ts'
import { shapeResponseHeaders, shapeTrailers } from './headers.ts'

/**
 * Streams an answer to the client as it comes; one that is cut short, or stalls for `bodyTimeout` seconds, destroys the client's
 * connection. `onEnd` follows its last byte.
 */
export function relayAnswer(
  exchange: Exchange,
  incoming: IncomingMessage,
  deadline: Deadline,
  bodyTimeout: number,
  onEnd: () => void,
): void {
  const { response } = exchange
  const status = incoming.statusCode ?? 502
  const cut = (cause: string) => {
    deadline.clear()
    incoming.off('data', relay)
    if (response.destroyed) return
    exchange.cut(cause)
    response.destroy()
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

  const announced = incoming.headers.trailer
  const headers = exchange.begin(status, shapeResponseHeaders(incoming.rawHeaders, status, false), false)
  const isChunked = incoming.headers['content-length'] === undefined && exchange.request.httpVersion === '1.1'
  const hasTrailers = announced !== undefined && isChunked && exchange.method !== 'HEAD'
  if (hasTrailers) headers.push('trailer', announced)
  response.writeHead(status, incoming.statusMessage, headers)

  incoming.on('data', relay)
  response.on('drain', resume)
  incoming.on('end', () => {
    deadline.clear()
    response.off('drain', resume)
    if (isChunked && incoming.rawTrailers.length > 0) response.addTrailers(shapeTrailers(incoming.rawTrailers))
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
 * own is not its to send. Hints that this platform can not write are dropped, as any client may drop them.
 */
export function relayInformation(response: ServerResponse, status: number, fields: readonly string[]): void {
  if (response.headersSent || response.req.httpVersion !== '1.1') return
  if (status === 102) response.writeProcessing()
  const link = fields.filter((_, index) => fields[index - 1]?.toLowerCase() === 'link' && index % 2 === 1).join(', ')
  if (status !== 103 || !LINKS.test(link)) return
  response.writeEarlyHints({ link: link.split(/,(?=\s*<)/).map(part => part.trim()) })
}

/** RFC 8288 section 3, as far as the platform writes it. */
const LINKS =
  /^\s*<[^<>]*>(?:\s*;\s*[^;,"\s]+=?(?:"[^"]*"|[^;,"\s]*))*(?:\s*,\s*<[^<>]*>(?:\s*;\s*[^;,"\s]+=?(?:"[^"]*"|[^;,"\s]*))*)*\s*$/
