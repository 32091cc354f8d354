import type { JsonObject } from '@gatehouse/protocol'
import { apisOf } from '../../engine/apis.ts'
import { toAud } from '../../engine/audience.ts'
import { type Shape, subjectOf } from '../../engine/dialect.ts'
import { halfHash } from '../../engine/issue.ts'
import { loginTime, present } from '../tokens.ts'

/** `scope` and `amr` are lists however few there are; no `iat`, no `jti`. For the issuer and every API whose scopes are in it. */
export const accessToken: Shape = (claims, facts) => {
  const { tenant, clientId, scope, grant, isMachine, audience } = facts
  const apis = apisOf(tenant.apis, audience, scope).map(api => api.audience)
  return present({
    nbf: claims.iat,
    exp: claims.exp,
    iss: claims.iss,
    aud: audience.length === 0 ? toAud([tenant.issuer, ...apis]) : claims.aud,
    client_id: clientId,
    sub: isMachine ? undefined : grant === undefined ? claims.sub : subjectOf(tenant.dialect, grant.sub),
    auth_time: isMachine ? undefined : loginTime(claims, facts),
    scope,
    amr: isMachine ? undefined : ['pwd'],
  })
}

/** Valid from now, and written a second ago. */
export const idToken: Shape = (claims, { tenant, scope, user, grant, code, clientId }) => ({
  ...present({
    nbf: claims.iat,
    exp: claims.exp,
    iss: claims.iss,
    aud: claims.aud ?? clientId,
    nonce: claims.nonce,
    iat: Number(claims.iat) - 1,
    c_hash: code === undefined ? undefined : halfHash('RS256', code),
    sid: claims.sid === undefined ? undefined : Buffer.from(String(claims.sid), 'base64url').toString('hex'),
    sub: grant === undefined ? claims.sub : subjectOf(tenant.dialect, grant.sub),
    auth_time: claims.auth_time,
  }),
  ...identityOf(user?.claims ?? {}, scope),
  amr: ['pwd'],
})

/** What an identity scope tells; it is `phone` here, and not `phone_number`. */
const IDENTITY: Readonly<Record<string, readonly string[]>> = {
  name: ['profile', 'name'],
  email: ['profile', 'email'],
  phone: ['profile', 'phone'],
}

export function identityOf(claims: JsonObject, scope: readonly string[]): JsonObject {
  const all: JsonObject = { ...claims, phone: claims.phone ?? claims.phone_number ?? null }
  const told = Object.entries(IDENTITY).filter(([, scopes]) => scopes.some(word => scope.includes(word)))
  return Object.fromEntries(told.map(([name]) => [name, all[name] ?? null]).filter(([, value]) => value !== null))
}
