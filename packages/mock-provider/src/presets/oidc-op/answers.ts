import { createHash } from 'node:crypto'
import type { JsonObject } from '@gatehouse/protocol'
import { findLiveToken } from '../../engine/inspect.ts'
import { decodeJwt } from '../../engine/jwt.ts'
import { claimsFor } from '../../engine/users.ts'
import { say } from '../../http/answers.ts'
import type { Answer } from '../../http/message.ts'
import type { Call, Callback } from '../preset.ts'
import { askedToken, ownerOf, present, shownToken, userOf, wordsOf } from '../tokens.ts'
import { ACR, publicSubject, RECORD_LIFETIME } from './claims.ts'
import { isOwn } from './refusals.ts'

/** `exp` and `expires_in` count the second in which they end. */
export const ENGINE_LIFETIME = RECORD_LIFETIME + 1

/** A refreshed one comes in another order, and without an ID token. */
export function tellTokens(body: JsonObject, { parameters }: Call): JsonObject {
  const { access_token, token_type, scope, refresh_token } = body
  const expires_in = body.expires_in === ENGINE_LIFETIME ? RECORD_LIFETIME : body.expires_in
  if (parameters.get('grant_type') === 'refresh_token')
    return present({ access_token, token_type, scope, expires_in, refresh_token })
  const mayRefresh = wordsOf(scope).includes('offline_access')
  return present({
    token_type,
    scope,
    access_token,
    expires_in,
    refresh_token: mayRefresh ? refresh_token : undefined,
    id_token: body.id_token,
  })
}

/** The library of this version can not sign with a client's secret. */
export function failToSign(body: JsonObject, { tenant, parameters }: Call): Answer | undefined {
  const clientId =
    tenant.store.findAccessToken(String(body.access_token))?.clientId ?? parameters.get('client_id') ?? ''
  const alg = tenant.clients.get(clientId)?.metadata.id_token_signed_response_alg
  return String(alg ?? '').startsWith('HS') && body.id_token !== undefined
    ? say(
        400,
        { error: 'invalid_request', error_description: 'Could not sign/encrypt id_token' },
        'text/html; charset=utf-8',
      )
    : undefined
}

/** `exp: 0` is never, and a refresh token has no type. */
export function tellIntrospection(_body: JsonObject, call: Call): JsonObject {
  const live = askedToken(call)
  const { tenant } = call
  if (live === undefined) return { active: false }
  if (live.kind === 'refresh') {
    const { grant, record } = live
    return {
      active: true,
      scope: grant.scope.join(' '),
      client_id: grant.clientId,
      exp: 0,
      iat: record.issuedAt,
      sub: publicSubject(tenant, grant.sub),
      iss: tenant.issuer,
      aud: [grant.clientId],
    }
  }
  const { claims } = live
  const exp = Number(claims.exp)
  const audience = [claims.aud].flat().filter(name => name !== tenant.issuer)
  return present({
    active: true,
    scope: claims.scope ?? '',
    client_id: claims.client_id,
    exp: exp - Number(claims.iat) === ENGINE_LIFETIME ? exp - 1 : claims.exp,
    iat: claims.iat,
    sub: publicSubject(tenant, ownerOf(tenant, live) ?? String(claims.client_id)),
    iss: claims.iss,
    token_type: 'Bearer',
    aud: audience.length === 0 ? [String(claims.client_id)] : audience.map(String),
    cnf: claims.cnf,
  })
}

/** A JWT past its own time is no answer but a mistake; before that, one that the record has forgotten is not active. */
export function refuseExpired(body: JsonObject, { tenant, parameters }: Call): Answer | undefined {
  const token = parameters.get('token') ?? ''
  const exp = decodeJwt(token)?.claims.exp
  const isPast = typeof exp === 'number' && exp < tenant.clock.now()
  return body.active !== true && isPast && isOwn(tenant, token)
    ? say(400, { error: 'invalid_request', error_description: 'Token has expired' }, 'text/html; charset=utf-8')
    : undefined
}

export function tellUser(call: Call): JsonObject {
  const { tenant } = call
  const live = findLiveToken(tenant, shownToken(call))
  if (live?.kind !== 'access') return {}
  const sub = publicSubject(tenant, ownerOf(tenant, live) ?? '')
  const { scopes } = tenant.settings
  const wishes = live.record?.grant?.claims?.userinfo
  const told = claimsFor(userOf(tenant, live), 'userinfo', wordsOf(live.claims.scope), { sub }, { scopes, wishes })
  return { ...told, acr: told.acr ?? ACR }
}

/** Everything that the relying party could know anyway, and the session's state (OpenID Connect Session Management section 3). */
export function callback(parameters: Callback, { tenant }: Call): Callback {
  const own = new Map(parameters)
  const grant = tenant.store.codes.get(own.get('code') ?? '')?.grant
  if (grant === undefined) return parameters
  const known = new Map([
    ...own,
    ['scope', grant.scope.join(' ')],
    ['session_state', sessionState(grant.clientId, String(own.get('state')), grant.sid ?? '')],
    ['client_id', grant.clientId],
  ])
  const ordered = ['state', 'scope', 'code', 'session_state', 'iss', 'client_id']
  const names = [...ordered, ...[...known.keys()].filter(name => !ordered.includes(name))]
  return names.flatMap(name => {
    const value = known.get(name)
    return value === undefined ? [] : [[name, value] as const]
  })
}

function sessionState(clientId: string, state: string, sid: string): string {
  const salt = createHash('sha256').update(`${sid} ${state}`).digest('hex').slice(0, 32)
  return `${createHash('sha256').update(`${clientId} ${sid} ${salt}`).digest('hex')}.${salt}`
}
