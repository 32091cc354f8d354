import gatewayPlugin from '@gatehouse/fastify-gateway'
import type { IssuerStatus, Verifier } from '@gatehouse/verifier'
import type { FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { Configuration } from '../configuration/judge.ts'
import { logDecisions } from '../observe/decision-log.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { ProviderFetch } from '../observe/provider-requests.ts'
import { createApp } from './app.ts'
import { watchInFlight } from './drain.ts'
import { listen, listenerUrl, schemeOf } from './listen.ts'
import type { Settings } from './settings.ts'

/** What one process needs of the configuration to serve it. */
export type Served = Pick<Configuration, 'settings' | 'gateway'>

/** One process at work: everything but the admin listener. */
export interface Serving {
  readonly status: () => readonly IssuerStatus[]
  /** Resolves to the port; rejects with a `ListenError`. */
  listen(): Promise<number>
  /** Stops accepting at once, drains for at most `server.shutdownGrace`, then closes everything. Tells how many requests were cut. */
  close(): Promise<number>
}

interface Surroundings {
  readonly log: Logger
  readonly metrics: Metrics
  readonly fetch: ProviderFetch
}

/** Makes everything ready to listen. */
export async function prepareServing(
  { settings, gateway }: Served,
  { log, metrics, fetch }: Surroundings,
): Promise<Serving> {
  const { headers, token, body } = settings.limits
  const stopLogging = logDecisions(log)
  const app = createApp(settings, log, answer => {
    log.info(answer, 'request refused')
    metrics.malformed(answer.status, answer.code)
  })
  const drain = watchInFlight(app.server)
  app.addHook('onResponse', (request, reply, done) => {
    metrics.answered(routeOf(request), reply.statusCode, reply.elapsedTime / 1000)
    done()
  })
  // Called, not registered: nothing else lives in this app, and so what the plugin adds to it can be seen here.
  await gatewayPlugin(app, {
    ...gateway,
    ...publicUrlOf(settings),
    trustedProxies: settings.trustedProxies,
    limits: { headers, token, body },
    ports: { fetch, ...gateway.ports },
  })
  await app.ready()
  const { status, endTunnels } = app.getDecorator<{ status: Verifier['status']; endTunnels?: () => void }>('gatehouse')
  return {
    status,
    listen: () => listen(app.server, settings),
    async close() {
      const cut = await drain.close(settings.shutdownGrace, endTunnels)
      await app.close()
      stopLogging()
      return cut
    },
  }
}

/** The pattern of the route that the plugin found; undefined where none matched. */
function routeOf(request: FastifyRequest): string | undefined {
  const { gatehouseRoute } = request as { gatehouseRoute?: string | null }
  return gatehouseRoute ?? undefined
}

/** What clients see unless told otherwise is the listener; a port that is not known yet is left to the plugin. */
function publicUrlOf(settings: Settings): { publicUrl?: string } {
  const { publicUrl, host, port } = settings
  if (publicUrl !== undefined) return { publicUrl }
  return port === 0 ? {} : { publicUrl: listenerUrl(schemeOf(settings), host, port) }
}
