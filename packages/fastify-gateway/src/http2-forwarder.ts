import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2'
import { connect, constants } from 'node:http2'
import { isIdempotent } from '@gatehouse/forwarder'
import { relayAnswer } from './answer.ts'
import { LAST_STATUS } from './answer-fault.ts'
import { createDeadline } from './deadline.ts'
import { readFields } from './fields.ts'
import type { Exchange, ForwarderFactory, ForwardFailure, Upstream } from './forward.ts'
import { shapeResponseHeaders } from './headers.ts'
import { collectFields, resetStream } from './inbound.ts'
import { createNodeForwarder } from './node-forwarder.ts'
import { uploadBody } from './upload.ts'

/**
 * Forwards by HTTP/2 (RFC 9113) over one connection: with TLS where the URL is https, with prior knowledge where it is http. Trailer fields
 * of answers go on, so that gRPC works for clients of HTTP/2. WebSockets go by HTTP/1.1.
 */
export const createHttp2Forwarder: ForwarderFactory = upstream => {
  const tunnels = createNodeForwarder(upstream)
  // All share one connection, and the upstream says how many it takes at a time.
  const most = upstream.connections + upstream.queue
  let session: ClientHttp2Session | undefined
  let inFlight = 0

  /** The connection that stands, or a new one. */
  const open = (): ClientHttp2Session => {
    if (session !== undefined && !session.closed && !session.destroyed) return session
    const trust = upstream.ca === undefined ? {} : { ca: upstream.ca }
    // What nobody asked for would only fill memory (RFC 9113 section 8.4).
    session = connect(upstream.url.origin, { ...trust, settings: { enablePush: false } })
    // Each of its streams tells of it too.
    session.on('error', () => undefined)
    session.unref()
    return session
  }

  return {
    forward(exchange) {
      if (inFlight >= most) return exchange.fail('overloaded', 'too many requests are under way to the upstream')
      inFlight += 1
      send(upstream, exchange, open, () => {
        inFlight -= 1
      })
    },
    upgrade: tunnels.upgrade,
    endTunnels: tunnels.endTunnels,
    load: () => ({ inFlight, queued: 0 }),
    close() {
      tunnels.close()
      session?.close()
    },
  }
}

/** Carries one exchange to its end. `release` is called once. */
function send(upstream: Upstream, exchange: Exchange, open: () => ClientHttp2Session, release: () => void): void {
  const { response, body } = exchange
  let isFirst = true
  let triesLeft = body === 'none' && isIdempotent(exchange.method) ? upstream.retries : 0
  let stream: ClientHttp2Stream | undefined
  let isOver = false

  const finish = () => {
    if (isOver) return
    isOver = true
    response.off('close', abandon)
    release()
  }
  const giveUp = () => {
    if (stream === undefined) return
    resetStream(stream, constants.NGHTTP2_CANCEL)
    // Node lets no connection go while what came for a stream is unread.
    stream.destroy()
  }
  /** The client is gone, or has all it can get. */
  const abandon = () => {
    giveUp()
    finish()
  }
  const fail = (code: ForwardFailure, cause: string) => {
    if (isOver) return
    finish()
    giveUp()
    exchange.fail(code, cause)
  }

  const begin = (session: ClientHttp2Session): ClientHttp2Stream | undefined => {
    try {
      return session.request(frame(upstream, exchange), { endStream: body === 'none' })
    } catch (error) {
      const isAway = error instanceof Error && 'code' in error && AWAY.has(error.code)
      if (isAway) fail('upstream_unreachable', 'the connection was closed')
      // A field that HTTP/2 allows once and the client has sent twice.
      else fail('target_ambiguous', 'a header that HTTP/2 can not carry')
      return undefined
    }
  }

  const attempt = () => {
    const session = open()
    const isFresh = session.connecting
    const deadline = createDeadline()
    let isAnswered = false
    const current = begin(session)
    if (current === undefined) return
    stream = current
    const upload =
      body === 'none'
        ? { isComplete: () => true, isWaitingForClient: () => false }
        : uploadBody(exchange, current, deadline, () => fail('body_too_large', 'the body passed the limit'))
    const awaitHead = () =>
      deadline.arm(upstream.headersTimeout, () => {
        // A slow client is not a slow upstream.
        if (upload.isWaitingForClient()) awaitHead()
        else {
          fail('upstream_timeout', 'did not begin to answer in time')
          // It may be a connection that nobody answers on any more: the next exchange gets another.
          session.close()
        }
      })
    if (isFresh) {
      deadline.arm(upstream.connectTimeout, () => {
        fail('upstream_timeout', 'did not accept the connection in time')
        session.destroy()
      })
      session.once('connect', awaitHead)
    } else awaitHead()

    let trailers: readonly string[] = []
    current.on('trailers', fields => {
      const given = flatten(fields)
      if (sizeOf(given) <= MOST_BYTES) trailers = given
    })
    current.on('response', fields => {
      if (isOver) return
      const status = fields[':status'] ?? 0
      if (status > LAST_STATUS || status < 200) return fail('upstream_unreachable', 'a status that is none')
      const given = flatten(fields)
      if (sizeOf(given) > MOST_BYTES) return fail('upstream_unreachable', 'a head that is too large')
      isAnswered = true
      const answer = {
        status,
        reason: '',
        fields: shapeResponseHeaders(given, status, false),
        hasLength: fields['content-length'] !== undefined,
        announced: undefined,
        body: current,
        isWhole: () => (current.rstCode ?? 0) === constants.NGHTTP2_NO_ERROR,
        trailers: () => trailers,
      }
      relayAnswer(exchange, answer, deadline, upstream.bodyTimeout, () => {
        // The rest of a request that is answered already is of no use.
        if (!upload.isComplete()) resetStream(current, constants.NGHTTP2_CANCEL)
        finish()
      })
    })
    current.on('error', () => undefined)
    current.on('close', () => {
      deadline.clear()
      if (current !== stream || isOver) return
      if (isAnswered) {
        // An end before the end of the body: the reader of the body has told the client.
        if (!current.readableEnded) current.emit('error', new Error('the upstream reset its answer'))
        return finish()
      }
      // A connection may be closed by the upstream at the moment it is chosen; that is no failure of the upstream.
      const isStale = isFirst && !isFresh && body === 'none' && isIdempotent(exchange.method)
      isFirst = false
      if (isStale || triesLeft-- > 0) return attempt()
      fail('upstream_unreachable', 'closed without an answer')
    })
  }

  response.once('close', abandon)
  attempt()
}

const AWAY: ReadonlySet<unknown> = new Set(['ERR_HTTP2_GOAWAY_SESSION', 'ERR_HTTP2_INVALID_SESSION'])

function frame(
  { url, basePath }: Upstream,
  { method, target, standing, headers, body, request }: Exchange,
): OutgoingHttpHeaders {
  return {
    ':method': method,
    ':path': basePath + target,
    ':scheme': url.protocol.slice(0, -1),
    ':authority': url.host,
    ...collectFields([...readFields(standing), ...readFields(headers)]),
    ...(typeof body === 'number' ? { 'content-length': body } : {}),
    // The one value that HTTP/2 knows (RFC 9113 section 8.2.2), without which gRPC servers refuse.
    ...(/\btrailers\b/i.test(String(request.headers.te ?? '')) ? { te: 'trailers' } : {}),
  }
}

/** Bytes of a head, and of trailer fields. */
const MOST_BYTES = 32_768

const sizeOf = (fields: readonly string[]): number => fields.reduce((size, text) => size + text.length, 0)

/** A flat list of names and values, without pseudo-header fields. */
const flatten = (headers: IncomingHttpHeaders): string[] =>
  Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith(':') || value === undefined
      ? []
      : (Array.isArray(value) ? value : [value]).flatMap(each => [name, String(each)]),
  )
