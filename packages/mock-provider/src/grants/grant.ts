import type { JsonObject } from '@gatehouse/protocol'
import type { Client } from '../engine/clients.ts'
import type { Parameters } from '../engine/parameters.ts'
import type { Refusal } from '../engine/refusal.ts'
import type { Tenant } from '../engine/tenant.ts'

/** A token request whose client is known. */
export interface GrantRequest {
  readonly tenant: Tenant
  readonly client: Client
  readonly parameters: Parameters
  /** `cnf` of what is issued (RFC 7800): the key the sender proved to hold. */
  readonly confirmation: JsonObject | undefined
}

/** One way to get tokens (RFC 6749 section 4): a row of the token endpoint. */
export interface GrantType {
  readonly grantType: string
  /** Whether a client without credentials may use it. */
  readonly allowPublic: boolean
  /** The body of a success (RFC 6749 section 5.1), or why not. */
  readonly handle: (request: GrantRequest) => JsonObject | Refusal | Promise<JsonObject | Refusal>
}
