import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, Http2ServerRequest, Http2ServerResponse, type Http2Stream } from 'node:http2'

/** Whether a request came by HTTP/2. Node's compatibility layer makes it look like any other, with the differences that are evened out here. */
export const isHttp2 = (request: IncomingMessage): boolean => (request as object) instanceof Http2ServerRequest

const fieldsOfHttp2 = new WeakMap<IncomingMessage, readonly string[]>()

/** The header fields of a request as HTTP/1.1 would have them: a flat list of names and values. */
export function fieldsOf(request: IncomingMessage): readonly string[] {
  if (!isHttp2(request)) return request.rawHeaders
  const known = fieldsOfHttp2.get(request)
  if (known !== undefined) return known
  const fields = translateFields(request.rawHeaders)
  fieldsOfHttp2.set(request, fields)
  return fields
}

/**
 * `:authority` becomes `Host` (RFC 9113 section 8.3.1), unless a Host says the same; two that differ stay two, and are refused by whoever
 * reads them. Crumbs of a cookie become one (section 8.2.3). Other pseudo-header fields are no header fields.
 */
function translateFields(rawHeaders: readonly string[]): string[] {
  const fields: string[] = []
  const crumbs: string[] = []
  let authority: string | undefined
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = [rawHeaders[index], rawHeaders[index + 1]]
    if (name === ':authority') authority = value
    else if (name === 'cookie') crumbs.push(value)
    else if (!name.startsWith(':') && !(name === 'host' && value === authority)) fields.push(name, value)
  }
  if (crumbs.length > 0) fields.push('cookie', crumbs.join('; '))
  return authority === undefined ? fields : ['host', authority, ...fields]
}

/** How a client frames its body: its length, `chunked` where it streams without one, `none` without a body, `coded` in a way that would be lost. */
export function bodyOf(request: IncomingMessage): number | 'chunked' | 'none' | 'coded' {
  const coding = request.headers['transfer-encoding']
  // One that HTTP/1.0 has not is a fault of the framing (RFC 9112 section 6.1).
  if (coding !== undefined)
    return coding.toLowerCase() === 'chunked' && request.httpVersion !== '1.0' ? 'chunked' : 'coded'
  const said = request.headers['content-length']
  if (said === undefined && isHttp2(request)) {
    const { stream } = request as object as Http2ServerRequest
    return stream.endAfterHeaders ? 'none' : 'chunked'
  }
  const length = Number(said ?? 0)
  return length > 0 ? length : 'none'
}

/** Whether a body that has ended was cut by its sender: HTTP/2 streams end in either case (RFC 9113 section 6.4). */
export function isCutShort(request: IncomingMessage): boolean {
  if (!isHttp2(request)) return !request.complete
  const { stream, aborted } = request as object as Http2ServerRequest
  return aborted || (stream.rstCode !== undefined && stream.rstCode !== constants.NGHTTP2_NO_ERROR)
}

/** Takes no more of a body whose request is answered. HTTP/2 has a word for it (RFC 9113 section 8.1); without it the connection goes. */
export function stopReading(request: IncomingMessage): void {
  if (isHttp2(request)) (request as object as Http2ServerRequest).stream.close(constants.NGHTTP2_NO_ERROR)
  else request.destroy()
}

const asHttp2 = (response: ServerResponse): Http2ServerResponse | undefined =>
  (response as object) instanceof Http2ServerResponse ? (response as object as Http2ServerResponse) : undefined

/** Writes the head of an answer. A reason phrase is only for HTTP/1.1 (RFC 9113 section 8.3.2). */
export function writeHead(response: ServerResponse, status: number, reason: string, fields: string[]): void {
  const http2 = asHttp2(response)
  if (http2 === undefined) {
    response.writeHead(status, reason, fields)
    return
  }
  // What other plugins have set is among the fields.
  for (const name of http2.getHeaderNames()) http2.removeHeader(name)
  http2.writeHead(status, collectFields(fields))
}

/** To be called before the end of an answer that can have trailer fields. */
export function addTrailers(response: ServerResponse, fields: readonly [string, string][]): void {
  const http2 = asHttp2(response)
  if (http2 === undefined) response.addTrailers(fields)
  else http2.addTrailers(collectFields(fields.flat()))
}

/** Lower-cased names with their one value or the list of them. */
export function collectFields(fields: readonly string[]): Record<string, string | string[]> {
  // In a plain object some names would stand for what every object has.
  const collected = new Map<string, string | string[]>()
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [name, value = ''] = [fields[index]?.toLowerCase() ?? '', fields[index + 1]]
    const known = collected.get(name)
    collected.set(name, known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value])
  }
  return Object.fromEntries(collected)
}

/** Whether an answer without a length can have trailer fields, and its end be told from its being cut. */
export const isFramed = (response: ServerResponse): boolean =>
  asHttp2(response) !== undefined || response.req.httpVersion === '1.1'

/** Node ends a stream before it resets it, and the end would make half a message look like a whole one: here it is only reset. */
export function resetStream(stream: Http2Stream, code: number): void {
  stream._final = callback => callback()
  stream.close(code)
}

/** Ends an answer before its time, so that what was sent does not look like the whole. */
export function sever(response: ServerResponse): void {
  const http2 = asHttp2(response)
  if (http2 !== undefined) {
    resetStream(http2.stream, constants.NGHTTP2_INTERNAL_ERROR)
    return
  }
  // The end of the connection may be the end of the answer to a client of HTTP/1.0: that is reset.
  const { socket, req } = response
  if (req.httpVersion === '1.0' && socket !== null && 'resetAndDestroy' in socket) socket.resetAndDestroy()
  else response.destroy()
}
