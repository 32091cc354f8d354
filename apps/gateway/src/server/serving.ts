import { setFlagsFromString } from 'node:v8'
import gatewayPlugin, { type GatewayState } from '@gatehouse/fastify-gateway'
import type { Denial } from '@gatehouse/verifier'
import type { Logger } from 'pino'
import type { Configuration } from '../configuration/judge.ts'
import { logDecisions } from '../observe/decision-log.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { ProviderFetch } from '../observe/provider-requests.ts'
import { createApp } from './app.ts'
import { watchInFlight } from './drain.ts'
import { listen, listenerUrl, schemeOf } from './listen.ts'
import { pluginSettings, type Settings } from './settings.ts'

/** What one process needs of the configuration to serve it. */
export type Served = Pick<Configuration, 'settings' | 'gateway'>

/** One process at work: everything but the admin listener. */
export interface Serving extends Pick<GatewayState, 'status' | 'revoke' | 'deny' | 'lift' | 'denials'> {
  /** Resolves to the port; rejects with a `ListenError`. */
  listen(): Promise<number>
  /** Stops accepting at once, drains for at most `server.shutdownGrace`, then closes everything. Tells how many requests were cut. */
  close(): Promise<number>
}

interface Surroundings {
  readonly log: Logger
  readonly metrics: Metrics
  readonly fetch: ProviderFetch
  /** Told what was revoked by way of this process. */
  readonly onRevoked?: (denials: readonly Denial[]) => void
}

/**
 * Makes everything ready to listen. One thread serves, and what it leaves behind is a few megabytes at a time: to divide that among helpers
 * of the collector costs ten times what it takes one thread to clear it, and takes the cores of other workers.
 */
export async function prepareServing(
  { settings, gateway }: Served,
  { log, metrics, fetch, onRevoked }: Surroundings,
): Promise<Serving> {
  setFlagsFromString('--no-parallel-scavenge')
  const stopLogging = logDecisions(log)
  const app = createApp(settings, log, answer => {
    log.info(answer, 'request refused')
    metrics.malformed(answer.status, answer.code)
  })
  app.server.on('drop', () => metrics.dropped())
  const drain = watchInFlight(app.server)
  app.addHook('onResponse', (request, reply, done) => {
    metrics.answered(request.gatehouseRoute ?? undefined, reply.statusCode, reply.elapsedTime / 1000)
    done()
  })
  // Called, not registered: nothing else lives in this app, and so what the plugin adds to it can be seen here.
  await gatewayPlugin(app, {
    ...gateway,
    ...pluginSettings(settings),
    ...publicUrlOf(settings),
    ports: { fetch, ...gateway.ports },
    ...(onRevoked === undefined ? {} : { onRevoked }),
  })
  await app.ready()
  const { gatehouse } = app
  metrics.watch(gatehouse.load)
  const { status, revoke, deny, lift, denials } = gatehouse
  return {
    status,
    revoke,
    deny,
    lift,
    denials,
    listen: () => listen(app.server, settings),
    async close() {
      const cut = await drain.close(settings.shutdownGrace, gatehouse.endTunnels)
      await app.close()
      stopLogging()
      return cut
    },
  }
}

/** What clients see unless told otherwise is the listener; a port that is not known yet is left to the plugin. */
function publicUrlOf(settings: Settings): { publicUrl?: string } {
  const { publicUrl, host, port } = settings
  if (publicUrl !== undefined || port === 0) return {}
  return { publicUrl: listenerUrl(schemeOf(settings), host, port) }
}
