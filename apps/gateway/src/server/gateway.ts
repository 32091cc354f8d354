import type { Logger } from 'pino'
import { readProcess, render } from '../observe/exposition.ts'
import { createMetrics } from '../observe/metrics.ts'
import { countProviderRequests } from '../observe/provider-requests.ts'
import { closeAdmin, createAdmin, type ServingState } from './admin.ts'
import { listen, listenerUrl, schemeOf } from './listen.ts'
import { prepareServing, type Served } from './serving.ts'

/** A gateway that listens. */
export interface Gateway {
  readonly url: string
  /** Undefined where `admin` is false. */
  readonly adminUrl: string | undefined
  /** Resolves, to a sentence for the operator, when it can not go on. */
  readonly failed: Promise<string>
  /**
   * Drains for at most `server.shutdownGrace`, then closes everything. Tells how many requests were cut. `hasStopped` is called once nobody
   * new gets in.
   */
  close(hasStopped?: () => void): Promise<number>
}

/** Starts the admin listener, then the gateway, in this process. Throws `ListenError` with everything closed again. */
export async function startGateway(served: Served, log: Logger): Promise<Gateway> {
  const { settings } = served
  const metrics = createMetrics()
  const serving = await prepareServing(served, { log, metrics, fetch: countProviderRequests(metrics) })
  let state: ServingState = 'starting'
  const admin = createAdmin(
    {
      readiness: () => ({ state, details: { issuers: serving.status() } }),
      metrics: async () => render([[...metrics.read(), ...(await readProcess())]]),
      revocations: {
        async revoke(revocation) {
          const denial = serving.revoke(revocation)
          return denial && { until: denial.until, isEverywhere: true }
        },
        lift: async revocation => serving.lift(revocation),
        inForce: serving.denials,
      },
    },
    settings,
    log,
  )
  const shutDown = async () => {
    await closeAdmin(admin)
    metrics.close()
  }
  try {
    const adminUrl = settings.admin && listenerUrl('http', settings.admin.host, await listen(admin, settings.admin))
    const url = listenerUrl(schemeOf(settings), settings.host, await serving.listen())
    state = 'ready'
    return {
      url,
      adminUrl,
      failed: new Promise(() => undefined),
      async close(hasStopped) {
        state = 'draining'
        const closing = serving.close()
        hasStopped?.()
        const cut = await closing
        await shutDown()
        return cut
      },
    }
  } catch (error) {
    await serving.close()
    await shutDown()
    throw error
  }
}
