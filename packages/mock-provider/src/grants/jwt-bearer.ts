import type { JsonObject } from '@gatehouse/protocol'
import { judgeAssertion } from '../engine/client-assertion.ts'
import { verifyClientJwt } from '../engine/client-keys.ts'
import { type Client, clientOfFirstUse } from '../engine/clients.ts'
import { findUser } from '../engine/find-user.ts'
import { decodeJwt } from '../engine/jwt.ts'
import { Refusal } from '../engine/refusal.ts'
import type { Tenant } from '../engine/tenant.ts'
import { startGrant } from '../engine/user-grant.ts'
import { checkRequiredClaims, readAsked } from './asked.ts'
import { issueForClient } from './client-credentials.ts'
import type { GrantRequest, GrantType } from './grant.ts'
import { respondWithAccessToken } from './respond.ts'

/**
 * RFC 7523 section 2.1: whoever signed the assertion vouches for its subject, a user or the client itself. Signed by the client's registered
 * keys, or by one of `trustedIssuers`. There is neither an ID token nor a refresh token: the assertion is what lasts.
 */
export const jwtBearer: GrantType = {
  grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  allowPublic: true,
  findClient: findSigner,
  handle: takeAssertion,
}

const readIssuer = (assertion: string | undefined): string | undefined => {
  const iss = decodeJwt(assertion ?? '')?.claims.iss
  return typeof iss === 'string' ? iss : undefined
}

/** Client authentication is optional (RFC 7523 section 3.1): a registered client's own assertion says whose request it is. */
function findSigner(tenant: Tenant, parameters: GrantRequest['parameters']): Client | undefined {
  const iss = readIssuer(parameters.one('assertion'))
  return iss === undefined ? undefined : tenant.clients.get(iss)
}

async function takeAssertion(request: GrantRequest): Promise<JsonObject | Refusal> {
  const { tenant, client, parameters, ports } = request
  const assertion = parameters.one('assertion')
  if (assertion === undefined) return new Refusal('invalid_request', 'assertion: is missing')
  const refuse = (why: string): Refusal => new Refusal('invalid_grant', `assertion: ${why}`)
  const iss = readIssuer(assertion)
  const signer = iss === client.id ? client : trustedSigner(tenant, iss)
  if (iss === undefined || signer === undefined) return refuse('iss is neither the client nor a trusted issuer')
  const jwt = await verifyClientJwt(ports.fetch, signer, assertion)
  if (typeof jwt === 'string') return refuse(jwt)
  const why = judgeAssertion(tenant, jwt.claims, {
    iss,
    sub: undefined,
    audience: request.audience(),
    requireJti: false,
  })
  return why === undefined ? issueFor(request, String(jwt.claims.sub)) : refuse(why)
}

/** Somebody else whose keys are configured, in the place of a client that has them. */
function trustedSigner({ settings }: Tenant, iss: string | undefined): Client | undefined {
  const { trustedIssuers } = settings
  if (iss === undefined || !Object.hasOwn(trustedIssuers, iss)) return undefined
  return { ...clientOfFirstUse(iss, undefined), metadata: trustedIssuers[iss] ?? {} }
}

function issueFor(request: GrantRequest, sub: string): JsonObject | Refusal {
  const { tenant, client, parameters } = request
  if (sub === client.id) return issueForClient(request)
  const user = findUser(tenant, sub)
  if (user === undefined) return new Refusal('invalid_grant', 'assertion: sub is neither a user nor the client')
  const asked = readAsked(tenant, client, parameters)
  if (asked instanceof Refusal) return asked
  const refusal = checkRequiredClaims(tenant, asked.scope, user, 'invalid_grant')
  if (refusal !== undefined) return refusal
  const grant = startGrant(tenant, { ...asked, clientId: client.id, sub: user.sub, amr: [] })
  return respondWithAccessToken(request, { ...asked, sub: user.sub, grant })
}
