import type { JsonObject } from '@gatehouse/protocol'
import type { Client } from '../engine/clients.ts'
import type { Parameters } from '../engine/parameters.ts'
import type { Refusal } from '../engine/refusal.ts'
import type { Tenant } from '../engine/tenant.ts'
import type { Ports } from '../ports.ts'

/** A token request whose client is known. */
export interface GrantRequest {
  readonly tenant: Tenant
  readonly client: Client
  readonly parameters: Parameters
  /** `cnf` of what is issued (RFC 7800): the key the sender proved to hold. */
  readonly confirmation: JsonObject | undefined
  /** What `aud` of an assertion may name (RFC 7523 section 3). */
  readonly audience: () => readonly string[]
  readonly ports: Ports
}

/** One way to get tokens (RFC 6749 section 4): a row of the token endpoint. */
export interface GrantType {
  readonly grantType: string
  /** Whether a client without credentials may use it. */
  readonly allowPublic: boolean
  /** The client that a request speaks for which names none (RFC 7523 section 3.1); undefined where it speaks for nobody. */
  readonly findClient?: (tenant: Tenant, parameters: Parameters) => Client | undefined
  /** The body of a success (RFC 6749 section 5.1), or why not. */
  readonly handle: (request: GrantRequest) => JsonObject | Refusal | Promise<JsonObject | Refusal>
}
