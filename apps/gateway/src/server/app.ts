import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify'
import type { Logger } from 'pino'
import { createClientErrorHandler, type Unrequested } from './client-errors.ts'
import type { Settings } from './settings.ts'

/** Between requests of one connection, in milliseconds: longer than the usual 60 s of proxies in front, so that they close first. */
const KEEP_ALIVE = 72_000

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

function createServer({ tls, limits }: Settings, handler: Handler): Server {
  const options = {
    maxHeaderSize: limits.headers,
    headersTimeout: limits.headersTimeout * 1000,
    requestTimeout: limits.requestTimeout * 1000,
    connectionsCheckingInterval: checkingInterval(limits.headersTimeout),
    keepAliveTimeout: KEEP_ALIVE,
    // The plugin judges Host, and answers a problem where Node would answer nothing.
    requireHostHeader: false,
  }
  if (tls === undefined) return createHttpServer(options, handler)
  const clients = tls.clientCa === undefined ? {} : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: false }
  return createHttpsServer({ ...options, cert: tls.cert, key: tls.key, ...clients }, handler)
}

/** How often Node looks for clients that are too slow, in milliseconds: a fifth of the time they have, at most a second. */
const checkingInterval = (headersTimeout: number): number => Math.min(1000, Math.max(50, headersTimeout * 200))
