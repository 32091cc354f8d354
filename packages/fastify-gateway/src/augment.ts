import type { Principal } from '@gatehouse/verifier'
import type { GatewayState } from './state.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent the request: verified on a route with `auth`, null on a public one and outside the gateway. */
    principal: Principal | null
    /** Path of the gateway's route that the request matched; null where none did. */
    gatehouseRoute: string | null
  }
  interface FastifyInstance {
    gatehouse: GatewayState
  }
}
