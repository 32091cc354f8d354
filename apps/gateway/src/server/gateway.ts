import type { Server } from 'node:net'
import gatewayPlugin from '@gatehouse/fastify-gateway'
import type { Verifier } from '@gatehouse/verifier'
import type { Logger } from 'pino'
import type { Configuration } from '../configuration/judge.ts'
import { logDecisions } from '../observe/decision-log.ts'
import { createMetrics } from '../observe/metrics.ts'
import { countProviderRequests } from '../observe/provider-requests.ts'
import { createAdmin, type ServingState } from './admin.ts'
import { createApp } from './app.ts'
import { watchInFlight } from './drain.ts'
import { listen, listenerUrl } from './listen.ts'
import type { Settings } from './settings.ts'

/** A gateway that listens. */
export interface Gateway {
  readonly url: string
  /** Undefined where `admin` is false. */
  readonly adminUrl: string | undefined
  /** Drains for at most `server.shutdownGrace`, then closes everything. Tells how many requests were cut. */
  close(): Promise<number>
}

/** Starts the admin listener, then the gateway. Throws `ListenError` with everything closed again. */
export async function startGateway({ settings, gateway }: Configuration, log: Logger): Promise<Gateway> {
  const { headers, token, body } = settings.limits
  const metrics = createMetrics()
  const stopLogging = logDecisions(log)
  const app = createApp(settings, log, answer => {
    log.info(answer, 'request refused')
    metrics.malformed(answer.status, answer.code)
  })
  const drain = watchInFlight(app.server)
  let state: ServingState = 'starting'
  app.addHook('onResponse', (_request, reply, done) => {
    metrics.answered(reply.statusCode, reply.elapsedTime / 1000)
    done()
  })
  // Called, not registered: nothing else lives in this app, and so what the plugin adds to it can be seen here.
  await gatewayPlugin(app, {
    ...gateway,
    ...publicUrlOf(settings),
    trustedProxies: settings.trustedProxies,
    limits: { headers, token, body },
    ports: { ...countProviderRequests(metrics), ...gateway.ports },
  })
  await app.ready()
  const { status } = app.getDecorator<{ status: Verifier['status'] }>('gatehouse')
  const admin = createAdmin({ metrics, state: () => state, issuers: status })

  const shutDown = async () => {
    await app.close()
    admin.closeAllConnections()
    await closeServer(admin)
    stopLogging()
    metrics.close()
  }
  try {
    const adminUrl = settings.admin && listenerUrl('http', settings.admin.host, await listen(admin, settings.admin))
    const url = listenerUrl(
      settings.tls === undefined ? 'http' : 'https',
      settings.host,
      await listen(app.server, settings),
    )
    state = 'ready'
    return {
      url,
      adminUrl,
      async close() {
        state = 'draining'
        const cut = await drain.close(settings.shutdownGrace)
        await shutDown()
        return cut
      },
    }
  } catch (error) {
    await shutDown()
    throw error
  }
}

/** What clients see unless told otherwise is the listener; a port that is not known yet is left to the plugin. */
function publicUrlOf({ publicUrl, host, port, tls }: Settings): { publicUrl?: string } {
  if (publicUrl !== undefined) return { publicUrl }
  return port === 0 ? {} : { publicUrl: listenerUrl(tls === undefined ? 'http' : 'https', host, port) }
}

const closeServer = (server: Server): Promise<void> => new Promise(resolve => void server.close(() => resolve()))
