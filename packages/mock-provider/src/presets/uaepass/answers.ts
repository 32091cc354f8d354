import type { JsonObject, JsonValue } from '@gatehouse/protocol'
import { findLiveToken } from '../../engine/inspect.ts'
import type { AccessToken } from '../../engine/store.ts'
import { say } from '../../http/answers.ts'
import type { Answer } from '../../http/message.ts'
import type { Call } from '../preset.ts'
import { askedToken, attributesOf, present, shownToken, subjectOfToken, userOf } from '../tokens.ts'

/** No ID token and no refresh token. */
export const tellTokens = (body: JsonObject): JsonObject =>
  present({
    access_token: body.access_token,
    scope: body.scope,
    token_type: body.token_type,
    expires_in: body.expires_in,
  })

/** What is not active is a bad request, and nothing but that is said of it. A refresh token is none of this system's. */
export const refuseInactive = (body: JsonObject, call: Call): Answer | undefined =>
  body.active === true && askedToken(call)?.kind === 'access' ? undefined : say(400, { active: false })

const verified = new WeakMap<AccessToken, number>()

/** Counts how often a token was asked about before. */
function countVerification(record: AccessToken | undefined): number {
  if (record === undefined) return 0
  const times = verified.get(record) ?? 0
  verified.set(record, times + 1)
  return times
}

/** `client_claims` are what the client registered by these names; `user_claims` and the count are a user's only. */
export function tellIntrospection(_body: JsonObject, call: Call): JsonValue {
  const live = askedToken(call)
  const { tenant } = call
  if (live?.kind !== 'access') return { active: false }
  const { claims, record } = live
  const clientId = String(claims.client_id ?? '')
  const {
    domain = DOMAIN,
    distinguished_name = `CN=${clientId}`,
    client_name = clientId,
  } = tenant.clients.get(clientId)?.metadata ?? {}
  const sub = subjectOfToken(tenant, live)
  const user = userOf(tenant, live)
  return present({
    sub: sub ?? clientId,
    nbf: claims.iat,
    scope: claims.scope ?? '',
    iss: claims.iss,
    client_claims: { sub: clientId, acr: '', domain, amr: '', distinguished_name, name: client_name },
    user_claims: sub === undefined ? undefined : { ...user?.access_token },
    times_verified: sub === undefined ? undefined : countVerification(record),
    active: true,
    token_type: 'Bearer',
    exp: claims.exp,
    iat: claims.iat,
    client_id: clientId,
    username: `${sub === undefined ? 'admin' : String(user?.claims.preferred_username ?? sub)}@${DOMAIN}`,
    cnf: claims.cnf,
  })
}

const DOMAIN = 'tenant.example'

/** Kept from accounts that nobody has verified (level SOP1). */
const VERIFIED_ONLY = ['idn', 'idType', 'titleEN', 'titleAR']

/** The attributes of a person; the user's own claims by these names win. */
export function tellUser(call: Call): JsonObject {
  const { tenant } = call
  const live = findLiveToken(tenant, shownToken(call))
  if (live?.kind !== 'access') return {}
  const user = userOf(tenant, live)
  const own = attributesOf(user)
  const sub = subjectOfToken(tenant, live) ?? String(live.claims.client_id)
  const uuid = toUuid(sub)
  const { given_name = null, family_name = null, email = null, gender = 'Male' } = own
  const all: JsonObject = {
    sub: `UAEPASS/${uuid}`,
    fullnameAR: 'مستخدم,,,,تجريبي,,',
    gender,
    mobile: typeof own.phone_number === 'string' ? `971${own.phone_number.replace(/\D/g, '')}` : null,
    lastnameEN: family_name,
    fullnameEN: `${given_name ?? ''},,,,${family_name ?? ''},,`,
    uuid,
    lastnameAR: 'تجريبي',
    idn: '784000000000000',
    nationalityEN: 'ARE',
    firstnameEN: given_name,
    userType: 'SOP3',
    nationalityAR: 'الإمارات',
    firstnameAR: 'مستخدم',
    email,
  }
  const told = Object.fromEntries(Object.entries(all).map(([name, value]) => [name, own[name] ?? value]))
  const more = Object.fromEntries(
    OPTIONAL.filter(name => own[name] !== undefined).map(name => [name, own[name] ?? null]),
  )
  const hidden = own.userType === 'SOP1' ? VERIFIED_ONLY : []
  return Object.fromEntries(
    Object.entries({ ...told, ...more, sub: `UAEPASS/${uuid}` }).filter(([name]) => !hidden.includes(name)),
  )
}

/** There for users who have them. */
const OPTIONAL = ['acr', 'amr', 'spuuid', 'idType', 'titleEN', 'titleAR', 'profileType', 'unifiedId']

/** 32 hexadecimal digits in the form with dashes; anything else as it is. */
const toUuid = (sub: string): string =>
  sub.toLowerCase().replace(/^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/, '$1-$2-$3-$4-$5')
