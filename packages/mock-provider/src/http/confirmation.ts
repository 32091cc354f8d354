import type { JsonObject } from '@gatehouse/protocol'
import { certificateThumbprint } from '../engine/certificate.ts'
import type { Client } from '../engine/clients.ts'
import { Refusal } from '../engine/refusal.ts'
import { certificateOf } from './client-certificate.ts'
import { readProof } from './dpop.ts'
import type { Exchange } from './endpoint.ts'

/**
 * `cnf` of the tokens that a request gets (RFC 7800): the key of its DPoP proof (RFC 9449 section 6), and the certificate of a client that
 * registered to have its tokens bound to one (RFC 8705 section 3). A client that must be bound gets nothing without.
 */
export function confirmSender(exchange: Exchange, { metadata }: Client): JsonObject | undefined | Refusal {
  const { tenant, question } = exchange
  const jkt = readProof(exchange)
  if (jkt instanceof Refusal) return jkt
  if (jkt === undefined && metadata.dpop_bound_access_tokens === true)
    return new Refusal('invalid_dpop_proof', 'DPoP: this client is registered to send a proof (RFC 9449 section 5.2)')
  const isBound = metadata.tls_client_certificate_bound_access_tokens === true
  const certificate = isBound ? certificateOf(tenant, question) : undefined
  if (isBound && certificate === undefined)
    return new Refusal('invalid_request', 'this client is registered to show a certificate (RFC 8705 section 3.4)')
  if (jkt === undefined && certificate === undefined) return undefined
  return {
    ...(jkt === undefined ? {} : { jkt }),
    ...(certificate === undefined ? {} : { 'x5t#S256': certificateThumbprint(certificate) }),
  }
}
