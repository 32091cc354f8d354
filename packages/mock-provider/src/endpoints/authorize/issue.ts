import { issueAccessToken, issueIdToken } from '../../engine/issue.ts'
import { Refusal } from '../../engine/refusal.ts'
import type { Grant, Session } from '../../engine/store.ts'
import type { Tenant } from '../../engine/tenant.ts'
import { startGrant } from '../../engine/user-grant.ts'
import type { AuthorizationRequest } from './request.ts'
import type { ResponseParameters } from './respond.ts'

/** What the user allowed, as the tokens of it will remember. */
function openGrant(tenant: Tenant, request: AuthorizationRequest, session: Session): Grant {
  const { client, scope, audience, details, claims, nonce } = request
  const { sub, sid, authTime, amr, acr } = session
  const granted = { clientId: client.id, sub, scope, audience, details, sid, authTime, amr, acr }
  return { ...startGrant(tenant, granted), nonce, claims }
}

/** The answer to a request that is granted: code, access token and ID token, as the response type says (OpenID Connect Core section 3.3.2.5). */
export function issueResponse(
  tenant: Tenant,
  request: AuthorizationRequest,
  session: Session,
): ResponseParameters | Refusal {
  const { type, client, scope, audience, details, address } = request
  session.clients.add(client.id)
  const grant = openGrant(tenant, request, session)
  const code = type.code ? issueCode(tenant, request, grant) : undefined
  const access = type.token
    ? issueAccessToken(tenant, {
        clientId: client.id,
        sub: grant.sub,
        scope,
        audience,
        grant,
        claims: details.length === 0 ? {} : { authorization_details: details },
      })
    : undefined
  if (access instanceof Refusal) return access
  const idToken = type.idToken
    ? issueIdToken(tenant, grant, scope, {
        ...(access === undefined ? {} : { accessToken: access.token }),
        ...(code === undefined ? {} : { code }),
        // The FAPI 1.0 profiles take the ID token as the signature of the whole answer (Part 2 section 5.2.2.1).
        ...(address.state === undefined ? {} : { state: address.state }),
      })
    : undefined
  if (idToken instanceof Refusal) return idToken
  return {
    ...(code === undefined ? {} : { code }),
    ...(access === undefined
      ? {}
      : {
          access_token: access.token,
          token_type: 'Bearer',
          expires_in: access.lifetime,
          ...(scope.length === 0 ? {} : { scope: scope.join(' ') }),
        }),
    ...(idToken === undefined ? {} : { id_token: idToken }),
  }
}

function issueCode(tenant: Tenant, { redirectUri, challenge, dpopJkt }: AuthorizationRequest, grant: Grant): string {
  const code = tenant.entropy.text('code', 24)
  const expiresAt = tenant.clock.now() + tenant.settings.code.lifetime
  tenant.store.codes.set(code, { grant, redirectUri, challenge, dpopJkt, used: false, expiresAt })
  return code
}
