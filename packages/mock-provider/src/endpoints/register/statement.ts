import type { JsonObject } from '@gatehouse/protocol'
import { verifyClientJwt } from '../../engine/client-keys.ts'
import { clientOfFirstUse } from '../../engine/clients.ts'
import { decodeJwt } from '../../engine/jwt.ts'
import { Refusal } from '../../engine/refusal.ts'
import type { Exchange } from '../../http/endpoint.ts'

/** What a registration says with its software statement's claims over it (RFC 7591 section 2.3): one signed by a trusted issuer. */
export async function applyStatement({ tenant, ports }: Exchange, sent: JsonObject): Promise<JsonObject | Refusal> {
  const { software_statement: statement, ...plain } = sent
  if (statement === undefined) return sent
  const iss = typeof statement === 'string' ? decodeJwt(statement)?.claims.iss : undefined
  if (typeof statement !== 'string' || typeof iss !== 'string')
    return new Refusal('invalid_software_statement', 'software_statement: is no signed JWT with an issuer')
  const { trustedIssuers } = tenant.settings
  if (!Object.hasOwn(trustedIssuers, iss))
    return new Refusal('unapproved_software_statement', 'software_statement: its issuer is not among trustedIssuers')
  const signer = { ...clientOfFirstUse(iss, undefined), metadata: trustedIssuers[iss] ?? {} }
  const jwt = await verifyClientJwt(ports.fetch, signer, statement)
  if (typeof jwt === 'string') return new Refusal('invalid_software_statement', `software_statement: ${jwt}`)
  const { iss: _iss, iat: _iat, exp: _exp, ...claims } = jwt.claims
  return { ...plain, ...claims }
}
