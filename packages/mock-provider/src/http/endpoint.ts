import type { EndpointName } from '../engine/endpoint-names.ts'
import type { Tenant } from '../engine/tenant.ts'
import type { Ports } from '../ports.ts'
import type { Answer, Question } from './message.ts'

/** One request on its way through one endpoint of one tenant. */
export interface Exchange {
  readonly question: Question
  readonly tenant: Tenant
  readonly ports: Ports
  /** Every tenant made so far; for the control plane. */
  readonly tenants: () => Iterable<Tenant>
  /** Segments after the endpoint's own path, percent-decoded: `users`, `alice` below `/_mock`. */
  readonly rest: readonly string[]
}

export type Handler = (exchange: Exchange) => Answer | Promise<Answer>
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** An endpoint is a row: the router finds it by its path, faults and the journal by its name. */
export interface Endpoint {
  /** `control` is the one that is neither faulted nor journaled. */
  readonly name: EndpointName | 'control'
  /** Takes any number of further segments (`rest`); others are exact. */
  readonly deep?: boolean
  /** Scripts of any origin may call it and read the answer. Pages must not. */
  readonly cors: boolean
  readonly methods: Readonly<Partial<Record<Method, Handler>>>
}
