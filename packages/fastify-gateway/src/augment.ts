import type { IssuerStatus, Principal } from '@gatehouse/verifier'

/** What the gateway tells the application around it. */
export interface GatewayState {
  /** How each issuer fares; of every gateway registered. */
  status: () => readonly IssuerStatus[]
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent the request: verified on a route with `auth`, null on a public one and outside the gateway. */
    principal: Principal | null
  }
  interface FastifyInstance {
    gatehouse: GatewayState
  }
}
