import type { createServer, Server } from 'node:http'
import { constants, createSecureServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import type { TLSSocket, TlsOptions } from 'node:tls'
import { completePorts } from '@gatehouse/verifier'
import type { Settings } from './settings.ts'

type Handler = Parameters<typeof createServer>[1]

/** What Node's own server takes for connections of HTTP/1.1. */
export interface Http1Options {
  readonly maxHeaderSize: number
  readonly headersTimeout: number
  readonly requestTimeout: number
  readonly connectionsCheckingInterval: number
  readonly keepAliveTimeout: number
  readonly requireHostHeader: boolean
}

/** How much more than the limits of requests a connection takes before it resets a stream: between the two there is a refusal to read. */
const ROOM = 4
/** How long a client may take to close its side, in milliseconds. */
const LINGER = 1000
/** Streams of a connection that may be reset at once, and every second from then on. */
const RESETS = { burst: 1000, rate: 33 }

/**
 * A TLS server that speaks HTTP/2 with those who can (RFC 7301, `h2`) and HTTP/1.1 with everybody else. Floods of frames that are answered,
 * continuations and malformed frames are ended by nghttp2 and Node, which close the connection; what they leave unbounded is bounded here.
 */
export function createHttp2Server(
  http1: Http1Options,
  tls: TlsOptions,
  { limits }: Settings,
  handler: Handler,
): Server {
  const options = {
    ...http1,
    ...tls,
    allowHTTP1: true,
    noDelay: true,
    maxHeaderListPairs: ROOM * limits.fields,
    settings: { maxConcurrentStreams: limits.concurrency, maxHeaderListSize: ROOM * limits.headers, enablePush: false },
  }
  const server = createSecureServer(options) as object as Server
  if (handler !== undefined) server.on('request', handler)
  // Before Node 24 the constructor takes none of these.
  Object.assign(server, http1)
  const { now } = completePorts()
  let session: ServerHttp2Session | undefined
  server.on('session', (begun: ServerHttp2Session) => {
    session = begun
    endIdle(begun, http1)
  })
  // Node's own listener comes before this one, and begins the session of the same connection.
  server.on('secureConnection', (socket: TLSSocket) => {
    if (socket.alpnProtocol !== 'h2' || session === undefined) return
    endRestless(session, socket, now)
    socket.once('finish', () => setTimeout(() => socket.destroy(), LINGER).unref())
  })
  server.on('stream', (stream: ServerHttp2Stream) => endSlow(stream, http1.requestTimeout))
  return server
}

/** A connection ends that has no stream: soon where it never had one, and whatever else it sends, half a request head included. */
function endIdle(session: ServerHttp2Session, { headersTimeout, keepAliveTimeout }: Http1Options): void {
  let open = 0
  const end = () => {
    session.close()
    timer = setTimeout(() => session.destroy(), LINGER).unref()
  }
  const wait = (time: number) => (time === 0 ? undefined : setTimeout(end, time).unref())
  let timer = wait(headersTimeout)
  session.on('stream', (stream: ServerHttp2Stream) => {
    open += 1
    clearTimeout(timer)
    stream.once('close', () => {
      open -= 1
      if (open === 0) timer = wait(keepAliveTimeout)
    })
  })
  session.once('close', () => clearTimeout(timer))
}

/**
 * A connection ends whose streams are reset by the hundred, whichever side is made to do it: work is begun for each of them, and no limit
 * of streams at once holds (CVE-2023-44487, CVE-2025-8671).
 */
function endRestless(session: ServerHttp2Session, socket: TLSSocket, now: () => number): void {
  let left = RESETS.burst
  let last = now()
  session.on('stream', (stream: ServerHttp2Stream) => {
    // The session is left to find out: Node aborts where it goes while what came for it is being read.
    if (left < 0) socket.destroy()
    stream.once('close', () => {
      if (stream.rstCode === constants.NGHTTP2_NO_ERROR) return
      const time = now()
      left = Math.min(RESETS.burst, left + Math.max(0, time - last) * RESETS.rate) - 1
      last = time
    })
  })
}

/** A request whose body is not there in time is reset. */
function endSlow(stream: ServerHttp2Stream, requestTimeout: number): void {
  if (stream.endAfterHeaders || requestTimeout === 0) return
  const timer = setTimeout(() => {
    if (stream.state.remoteClose !== 1) stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM)
  }, requestTimeout).unref()
  stream.once('close', () => clearTimeout(timer))
}
