import type { ClientRequest, IncomingMessage } from 'node:http'
import { anticipatesContent, isIdempotent } from '@gatehouse/forwarder'
import { type Answer, relayAnswer, relayInformation } from './answer.ts'
import { findFault } from './answer-fault.ts'
import { createDeadline, type Deadline } from './deadline.ts'
import { readFields } from './fields.ts'
import type { Exchange, ForwardFailure, Tunnel, Upstream } from './forward.ts'
import { shapeResponseHeaders } from './headers.ts'
import { openTunnel } from './tunnel.ts'
import { type Upload, uploadBody } from './upload.ts'

/** Begins a request to the upstream; `isFresh` asks for a connection that nobody used before. */
export type Send = (exchange: Exchange, headers: string[], isFresh: boolean) => ClientRequest

/** Interim answers before the final one. */
const MOST_INTERIM = 16

/** Carries one exchange to its end: sends, waits, relays, and tries again where that is safe. `release` is called once, at the end. */
export function carry(
  upstream: Upstream,
  exchange: Exchange,
  tunnel: Tunnel | undefined,
  send: Send,
  release: () => void,
): void {
  const { response } = exchange
  const headers = frame(upstream, exchange, tunnel)
  const isRepeatable = exchange.body === 'none' && tunnel === undefined && isIdempotent(exchange.method)
  let outgoing: ClientRequest
  let tries = 0
  let isOver = false

  const finish = () => {
    if (isOver) return
    isOver = true
    response.off('close', abandon)
    release()
  }
  /** The client is gone, or has all it can get. */
  const abandon = () => {
    outgoing.destroy()
    finish()
  }
  const fail = (code: ForwardFailure, cause: string) => {
    if (isOver) return
    finish()
    exchange.fail(code, cause)
    outgoing.destroy()
  }

  const attempt = (isFresh: boolean) => {
    const deadline = createDeadline()
    let isAnswered = false
    let interim = 0
    outgoing = send(exchange, headers, isFresh)
    const current = outgoing
    const upload = uploadBody(exchange, current, deadline, () => fail('body_too_large', 'the body passed the limit'))
    watchConnection(upstream, current, upload, deadline, fail)

    current.on('information', ({ statusCode, rawHeaders }) => {
      if (isOver) return
      interim += 1
      if (interim > MOST_INTERIM) fail('upstream_unreachable', 'too many interim answers')
      else relayInformation(response, statusCode, rawHeaders)
    })
    current.on('response', incoming => {
      if (isOver) return void incoming.destroy()
      const fault = findFault(incoming)
      if (fault !== undefined) return fail('upstream_unreachable', fault)
      isAnswered = true
      relayAnswer(exchange, answerOf(incoming), deadline, upstream.bodyTimeout, () => {
        // The rest of a request that is answered already is of no use.
        if (!upload.isComplete()) current.destroy()
        finish()
      })
    })
    if (tunnel !== undefined) {
      current.on('upgrade', (incoming, socket, head) => {
        isAnswered = true
        deadline.clear()
        const opened = openTunnel(exchange, tunnel, incoming, socket, head)
        if (!opened) return fail('upstream_unreachable', 'switched to a protocol that was not asked for')
        finish()
      })
    }
    current.on('error', (error: NodeJS.ErrnoException) => {
      deadline.clear()
      if (isOver || isAnswered) return
      const code = error.code ?? 'no answer'
      const isStale = current.reusedSocket && !isFresh && (code === 'ECONNRESET' || code === 'EPIPE')
      // An idle connection may be closed by the upstream at the moment it is chosen; that is no failure of the upstream.
      if (isStale && isRepeatable) return attempt(true)
      if (isRepeatable && tries < upstream.retries) {
        tries += 1
        return attempt(false)
      }
      fail('upstream_unreachable', code)
    })
    current.on('close', () => {
      deadline.clear()
      if (current !== outgoing) return
      if (!isAnswered) fail('upstream_unreachable', 'closed without an answer')
      finish()
    })
  }

  response.once('close', abandon)
  attempt(false)
}

function answerOf(incoming: IncomingMessage): Answer {
  const { statusCode = 502, statusMessage = '', rawHeaders, headers } = incoming
  return {
    status: statusCode,
    reason: statusMessage,
    fields: shapeResponseHeaders(rawHeaders, statusCode, false),
    hasLength: headers['content-length'] !== undefined,
    announced: headers.trailer,
    body: incoming,
    isWhole: () => incoming.complete,
    trailers: () => incoming.rawTrailers,
  }
}

/** Deadlines until the answer begins: a connection from the pool, the handshake, and then the head of the answer. */
function watchConnection(
  upstream: Upstream,
  outgoing: ClientRequest,
  upload: Upload,
  deadline: Deadline,
  fail: (code: ForwardFailure, cause: string) => void,
): void {
  const awaitHead = () =>
    deadline.arm(upstream.headersTimeout, () => {
      // A slow client is not a slow upstream.
      if (upload.isWaitingForClient()) awaitHead()
      else fail('upstream_timeout', 'did not begin to answer in time')
    })
  deadline.arm(upstream.connectTimeout, () => fail('overloaded', 'no connection to the upstream became free in time'))
  outgoing.on('socket', socket => {
    if (!socket.connecting) return awaitHead()
    deadline.arm(upstream.connectTimeout, () => fail('upstream_timeout', 'did not accept the connection in time'))
    socket.once(upstream.url.protocol === 'https:' ? 'secureConnect' : 'connect', awaitHead)
  })
}

/** The shaped headers with Host and the framing of this hop. */
function frame(
  upstream: Upstream,
  { method, standing, headers, body }: Exchange,
  tunnel: Tunnel | undefined,
): string[] {
  const framed = ['host', upstream.url.host, ...readFields(standing), ...readFields(headers)]
  if (tunnel !== undefined) framed.push('connection', 'Upgrade', 'upgrade', tunnel.protocol)
  else if (body === 'chunked') framed.push('transfer-encoding', 'chunked')
  else if (body !== 'none') framed.push('content-length', String(body))
  else if (anticipatesContent(method)) framed.push('content-length', '0')
  return framed
}
