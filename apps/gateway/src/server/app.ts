import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify'
import type { Logger } from 'pino'
import { createClientErrorHandler, type Unrequested } from './client-errors.ts'
import { createHttp2Server, type Http1Options } from './http2.ts'
import type { Settings } from './settings.ts'

/** Between requests of one connection, in milliseconds: longer than the usual 60 s of proxies in front, so that they close first. */
const KEEP_ALIVE = 72_000
/** How often Node looks for clients that are too slow, in milliseconds: it visits only those whose request is not whole, and all it finds at once. */
const CHECKING_INTERVAL = 50

/** Fastify on a server of our own making: limits, timeouts and TLS as the settings say; it listens nowhere yet. */
export function createApp(
  settings: Settings,
  log: Logger,
  onClientError: (answer: Unrequested) => void,
): FastifyInstance {
  return fastify({
    serverFactory: handler => createServer(settings, handler),
    loggerInstance: log as FastifyBaseLogger,
    // Lines are written by who knows the reason; a child logger for every request is paid for by every request.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: logger => logger,
    clientErrorHandler: createClientErrorHandler(onClientError),
    schemaController: { compilersFactory: { buildValidator: refuseSchemas, buildSerializer: refuseSchemas } },
    forceCloseConnections: false,
    return503OnClosing: false,
  })
}

/** Nothing here has a schema; without compilers of its own the library loads two, which takes longer than the rest of it. */
function refuseSchemas(): never {
  throw new TypeError('routes of this application have no schemas')
}

type Handler = Parameters<typeof createHttpServer>[1]

function createServer(settings: Settings, handler: Handler): Server {
  const { tls, limits } = settings
  const options = {
    maxHeaderSize: limits.headers,
    headersTimeout: limits.headersTimeout * 1000,
    requestTimeout: limits.requestTimeout * 1000,
    connectionsCheckingInterval: CHECKING_INTERVAL,
    keepAliveTimeout: KEEP_ALIVE,
    // The plugin judges Host, and answers a problem where Node would answer nothing.
    requireHostHeader: false,
  }
  const server =
    tls === undefined ? createHttpServer(options, handler) : createTlsServer(options, { ...settings, tls }, handler)
  server.maxConnections = limits.connections
  // The plugin counts fields, and sees them all: Node would only leave some of them out.
  server.maxHeadersCount = 0
  return server
}

type Secured = Settings & { readonly tls: NonNullable<Settings['tls']> }

function createTlsServer(http1: Http1Options, settings: Secured, handler: Handler): Server {
  const { cert, key, clientCa, http2 } = settings.tls
  const clients = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: false }
  const { headersTimeout } = http1
  const tls = { cert, key, ...clients, ...(headersTimeout > 0 && { handshakeTimeout: headersTimeout }) }
  return http2 ? createHttp2Server(http1, tls, settings, handler) : createHttpsServer({ ...http1, ...tls }, handler)
}
