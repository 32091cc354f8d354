import type { JsonObject } from '@gatehouse/protocol'
import { subjectOf } from '../../engine/dialect.ts'
import { findLiveToken } from '../../engine/inspect.ts'
import { say } from '../../http/answers.ts'
import type { Answer } from '../../http/message.ts'
import type { Call } from '../preset.ts'
import { askedToken, attributesOf, present, shownToken, subjectOfToken, userOf, wordsOf } from '../tokens.ts'
import { orderScope, profileOf } from './claims.ts'

/** A refresh token only where `offline_access` was granted. */
export function tellTokens(body: JsonObject): JsonObject {
  const scope = wordsOf(body.scope)
  return present({
    access_token: body.access_token,
    expires_in: body.expires_in,
    id_token: body.id_token,
    refresh_token: scope.includes('offline_access') ? body.refresh_token : undefined,
    scope: orderScope(scope),
    token_type: body.token_type,
  })
}

/** No `aud`, `nbf` or `username`. The `jti` of a refresh token is the token; it has no type. */
export function tellIntrospection(_body: JsonObject, call: Call): JsonObject {
  const live = askedToken(call)
  const { tenant } = call
  if (live === undefined) return { active: false }
  if (live.kind === 'access') {
    const { claims } = live
    return present({
      active: true,
      sub: subjectOfToken(tenant, live),
      client_id: claims.client_id,
      exp: claims.exp,
      iat: claims.iat,
      iss: claims.iss,
      jti: claims.jti,
      scope: orderScope(wordsOf(claims.scope)),
      token_type: 'Bearer',
      cnf: claims.cnf,
    })
  }
  const { grant, record } = live
  return {
    active: true,
    sub: subjectOf(tenant.dialect, grant.sub),
    client_id: grant.clientId,
    exp: record.expiresAt,
    iat: record.issuedAt,
    iss: tenant.issuer,
    jti: call.parameters.get('token') ?? '',
    scope: orderScope(grant.scope),
  }
}

/** The application may be set to say its name only, whatever it does at the token endpoint. */
export function introspectByName(call: Call): Answer | undefined {
  const { parameters, question } = call
  const isNamedOnly =
    question.method === 'POST' &&
    question.headers.authorization === undefined &&
    parameters.has('client_id') &&
    !parameters.has('client_secret') &&
    !parameters.has('client_assertion')
  if (!isNamedOnly || !parameters.has('token')) return undefined
  return say(200, tellIntrospection({}, call))
}

/** Asks for no scope: the `user` of protocol=oauth will do. */
export function tellUser(call: Call): JsonObject {
  const { tenant } = call
  const live = findLiveToken(tenant, shownToken(call))
  if (live?.kind !== 'access') return {}
  const user = userOf(tenant, live)
  const claims = attributesOf(user)
  const own = Object.entries(claims).filter(([name]) => user?.userinfo[name] !== undefined)
  return present({
    sub: subjectOfToken(tenant, live),
    ...profileOf(claims, wordsOf(live.claims.scope), Number(live.claims.iat)),
    ...Object.fromEntries(own),
  })
}
