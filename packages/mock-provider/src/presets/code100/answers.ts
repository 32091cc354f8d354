import type { JsonObject } from '@gatehouse/protocol'
import { apisOf } from '../../engine/apis.ts'
import { toAud } from '../../engine/audience.ts'
import { subjectOf } from '../../engine/dialect.ts'
import { claimsSupported } from '../../engine/identity-scopes.ts'
import { findLiveToken } from '../../engine/inspect.ts'
import { decodeJwt } from '../../engine/jwt.ts'
import { isSecret } from '../../engine/secret.ts'
import { say } from '../../http/answers.ts'
import type { Answer } from '../../http/message.ts'
import { readShownClient } from '../credentials.ts'
import type { Call, Reading } from '../preset.ts'
import { askedToken, attributesOf, present, shownToken, subjectOfToken, userOf, wordsOf } from '../tokens.ts'
import { identityOf } from './claims.ts'

/** No `scope`, and a refresh token only where `offline_access` was granted. */
export const tellTokens = (body: JsonObject): JsonObject =>
  present({
    id_token: body.id_token,
    access_token: body.access_token,
    expires_in: body.expires_in,
    token_type: body.token_type,
    refresh_token: wordsOf(body.scope).includes('offline_access') ? body.refresh_token : undefined,
  })

const STANDARD_CLAIMS = new Set([
  ...claimsSupported({}),
  ...['active', 'token_type', 'username', 'iss', 'aud', 'client_id', 'iat', 'exp', 'nbf', 'jti', 'scope', 'auth_time'],
  ...['acr', 'amr', 'sid'],
])

/** Lists become scalars where there is one, texts where they are scopes: the reverse of the token. `scope` is what the API connection has of it. */
export function tellIntrospection(body: JsonObject, call: Call): JsonObject {
  const live = askedToken(call)
  const { tenant } = call
  if (body.active !== true || live === undefined) return { active: false }
  if (live.kind === 'refresh') {
    const { grant, record } = live
    return {
      active: true,
      exp: record.expiresAt,
      client_id: grant.clientId,
      sub: subjectOf(tenant.dialect, grant.sub),
      scope: body.scope ?? '',
    }
  }
  const { claims } = live
  const written = decodeJwt(call.parameters.get('token') ?? '')?.claims
  const sub = subjectOfToken(tenant, live)
  const asked = [claims.aud].flat().map(String)
  const isDefault = asked.every(name => name === tenant.issuer || isApi(call, name))
  const apis = apisOf(tenant.apis, [], wordsOf(claims.scope)).map(api => api.audience)
  return present({
    active: true,
    nbf: claims.iat,
    exp: claims.exp,
    iss: claims.iss,
    aud: isDefault ? toAud([tenant.issuer, ...apis]) : toAud(asked),
    client_id: claims.client_id,
    sub,
    auth_time: sub === undefined ? undefined : (written?.auth_time ?? claims.auth_time ?? claims.iat),
    amr: sub === undefined ? undefined : 'pwd',
    scope: body.scope,
    ...Object.fromEntries(Object.entries(body).filter(([name]) => !STANDARD_CLAIMS.has(name) && name !== 'sub')),
  })
}

const isApi = ({ tenant }: Call, audience: string): boolean =>
  Array.from(tenant.apis.entries()).some(([, api]) => api.audience === audience)

/** Only an API connection may ask, by its own credentials; anybody else learns nothing, not even why. */
export function admitApis({ tenant, question }: Call): Answer | undefined {
  if (question.method !== 'POST') return undefined
  const isAdmitted = readShownClient(question).some(({ id, secret }) => isSecret(secret, tenant.apis.get(id)?.secret))
  return isAdmitted ? undefined : say(401, '')
}

/** Hints are judged, although they are not needed. */
export function judgeHint({ parameters }: Call): Answer | undefined {
  const hint = parameters.get('token_type_hint')
  return hint === null || hint === 'access_token' || hint === 'refresh_token'
    ? undefined
    : say(400, { error: 'unsupported_token_type' })
}

/** A token that says all of itself can not be taken back: to the engine it is one that nobody knows. */
export const sparingJwts: Reading = question => {
  const form = new URLSearchParams(Buffer.from(question.body).toString())
  if (!(form.get('token') ?? '').includes('.')) return question
  form.set('token', 'a-token-that-nobody-knows')
  return { ...question, body: Buffer.from(form.toString()) }
}

export function tellUser(call: Call): JsonObject {
  const { tenant } = call
  const live = findLiveToken(tenant, shownToken(call))
  if (live?.kind !== 'access') return {}
  const user = userOf(tenant, live)
  return present({
    sub: subjectOfToken(tenant, live),
    ...identityOf(attributesOf(user), wordsOf(live.claims.scope)),
    ...user?.userinfo,
  })
}
