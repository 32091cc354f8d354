import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { ResponseHead } from './head.ts'
import type { Order } from './order.ts'

/** Hands a head to Node whose body is still to come. Node adds the framing of a body without a length, and what it has to say about the connection. */
export function writeHead(request: IncomingMessage, response: ServerResponse, head: ResponseHead, order: Order): void {
  const fields = shapeFields(head, order, false)
  if (head.length >= 0) fields.push('content-length', String(head.length))
  else if (head.trailers.length > 0 && request.httpVersionMinor === 1) fields.push('trailer', head.trailers.join(', '))
  sendHead(response, head, fields)
}

/** Hands head and body to Node in one go; the length is known now, whatever the upstream's framing was. */
export function endSmall(response: ServerResponse, head: ResponseHead, order: Order, body: string): void {
  const fields = shapeFields(head, order, true)
  const length = statedLength(head, order, body)
  if (length >= 0) fields.push('content-length', String(length))
  endWhole(response, head, fields, body)
}

/** Sends a whole answer in one write; `body` has one character a byte, and `fields` state its length. */
export function endWhole(
  response: ServerResponse,
  head: Pick<ResponseHead, 'status' | 'reason'>,
  fields: string[],
  body: string,
): void {
  sendHead(response, head, fields)
  if (appendToHead(response, body)) response.end()
  else response.end(body, 'latin1')
}

/**
 * Puts the body behind the head that Node is about to write, so that both are one string and one plain write: given to `end()`, head and body
 * are buffered apart, joined again in C++ and cost a quarter more than the write itself. `_header` is where every released version of Node
 * keeps it. Nothing is done where there is none, as in HTTP/2, nor where no connection is behind the response, as in a framework's tests.
 */
function appendToHead(response: ServerResponse & { _header?: unknown; _headerSent?: unknown }, body: string): boolean {
  // `headersSent` would say whether there is a head, not whether it has left.
  if (typeof response._header !== 'string' || response._headerSent !== false) return false
  if (!(response.socket instanceof Socket)) return false
  if (body !== '') response._header += body
  return true
}

/** A response to HEAD and a 304 state the length the body would have; a 204 states none (RFC 9110 section 8.6). */
function statedLength(head: ResponseHead, order: Order, body: string): number {
  if (order.method === 'HEAD' || head.status === 304) return head.length
  return head.status === 204 ? -1 : body.length
}

function shapeFields(head: ResponseHead, order: Order, isWhole: boolean): string[] {
  if (order.response === undefined) return head.fields
  const fields = order.response(head.status, head.fields, isWhole)
  return fields === head.fields ? fields : [...fields]
}

function sendHead(response: ServerResponse, head: Pick<ResponseHead, 'status' | 'reason'>, fields: string[]): void {
  if (response.getHeaderNames().length > 0) {
    // Beside fields set earlier, writeHead() would merge these by name and lose all but the last Set-Cookie.
    for (let at = 0; at + 1 < fields.length; at += 2) {
      response.appendHeader(fields[at] as string, fields[at + 1] as string)
    }
    fields = []
  }
  if (head.reason === '') response.writeHead(head.status, fields)
  else response.writeHead(head.status, head.reason, fields)
}

/**
 * Makes sure that a client does not take the part it has got for the whole. Where the framing tells, a closed connection is enough; an
 * HTTP/1.0 client may have been promised "until close" and is sent a reset.
 */
export function severClient(request: IncomingMessage, response: ServerResponse): void {
  const socket = response.socket
  if (socket !== null && request.httpVersionMinor === 0 && !(socket instanceof TLSSocket)) socket.resetAndDestroy()
  else response.destroy()
}
