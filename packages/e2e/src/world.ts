import gateway, { type GatewayOptions } from '@gatehouse/fastify-gateway'
import { createMockProvider, type MockProvider, type MockProviderOptions } from '@gatehouse/mock-provider'
import { type RecordingUpstream, recordingUpstream } from '@gatehouse/testkit'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { LOGGED, ledger, refuseLeaks, showJournals } from './ledger.ts'

export const API = 'https://api.example.com'
export const GATEWAY_CLIENT = { client_id: 'gateway', client_secret: 'gateway-secret' } as const

export interface World {
  readonly provider: MockProvider
  readonly issuer: string
  readonly upstream: RecordingUpstream
  readonly app: FastifyInstance
  /** Origin of the gateway. */
  readonly url: string
  readonly get: (path: string, token?: string, init?: RequestInit) => Promise<Response>
}

/** A mock provider, a recording upstream and a gateway between them, each on a port of its own and closed with the test. */
export async function startWorld(
  t: Test,
  compose: (issuer: string, upstream: string) => GatewayOptions,
  options: MockProviderOptions = {},
): Promise<World> {
  const provider = createMockProvider({ seed: 'e2e', ...options })
  const listening = await provider.listen({ port: 0 })
  const upstream = await recordingUpstream()
  const app = Fastify(LOGGED)
  t.teardown(async () => {
    await app.close()
    await Promise.all([listening.close(), upstream.close()])
    showJournals([provider])
    refuseLeaks()
  })
  await app.register(gateway, compose(listening.url, upstream.url))
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    provider,
    issuer: listening.url,
    upstream,
    app,
    url,
    async get(path, token, init = {}) {
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
      const headers = { ...(init.headers as Record<string, string>), ...authorization }
      const response = await fetch(`${url}${path}`, { ...init, headers })
      const fields = JSON.stringify([...response.headers])
      ledger.show('answer', response.ok ? fields : fields + (await response.clone().text()))
      return response
    },
  }
}

/** The code of a refusal, with its status: what a test asserts on. */
export async function refusal(response: Response): Promise<{ status: number; code: string }> {
  const body = (await response.json()) as { code?: string }
  return { status: response.status, code: body.code ?? '(no code)' }
}
