import { createHash } from 'node:crypto'
import type { JsonObject } from '@gatehouse/protocol'
import type { Shape } from '../../engine/dialect.ts'
import { claimsSupported } from '../../engine/identity-scopes.ts'
import type { Tenant } from '../../engine/tenant.ts'
import { fernet } from '../texts.ts'
import { present } from '../tokens.ts'

/** How long a JWT says that it is good; the provider's own record of it is half as old when it ends. */
export const JWT_LIFETIME = 3600
/** Seconds that the provider itself takes an access token for. */
export const RECORD_LIFETIME = 1800

export const ACR = 'urn:oasis:names:tc:SAML:2.0:ac:classes:InternetProtocolPassword'

/** Every user has two names: the one of the user database, and this one, which goes to everybody but the holder of an access token. */
export const publicSubject = ({ entropy }: Tenant, sub: string): string =>
  createHash('sha256').update(entropy.derive('subject salt', 32)).update(sub).digest('hex')

const STANDARD_CLAIMS = claimsSupported({}).filter(name => name !== 'sub')

/** A session's name as the system writes it: base64 of a text that is base64 of something encrypted. */
export function writtenSid(tenant: Tenant, sid: string): string {
  const draw = (bytes: number): Buffer => {
    const blocks = Array.from({ length: Math.ceil(bytes / 32) }, (_, at) =>
      createHash('sha256').update(`${sid} ${at}`).digest(),
    )
    return Buffer.concat(blocks).subarray(0, bytes)
  }
  return fernet(128)(draw, tenant)
}

/** Lists where the standard has words; the user's claims in the middle. */
export const accessToken: Shape = (claims, { tenant, clientId, scope, audience, user, hasOwnLifetime, grant }) => {
  const told = STANDARD_CLAIMS.filter(name => user?.claims[name] !== undefined && claims[name] !== undefined)
  return present({
    scope,
    aud: audience.length === 0 ? [clientId] : audience,
    jti: claims.jti,
    client_id: clientId,
    sub: claims.sub,
    ...Object.fromEntries(told.map(name => [name, claims[name] ?? null])),
    acr: claims.acr ?? ACR,
    sid: writtenSid(tenant, String(grant?.sid ?? claims.jti)),
    token_class: 'access_token',
    iss: claims.iss,
    iat: claims.iat,
    exp: hasOwnLifetime ? claims.exp : Number(claims.iat) + JWT_LIFETIME,
  })
}

/** `email` and `email_verified` always, others where the `claims` parameter asks for them here, `at_hash` never. */
export const idToken: Shape = (claims, { tenant, clientId, scope, grant, user, code }) => {
  const isFrontChannel = grant !== undefined && code === undefined
  const own: JsonObject = user?.claims ?? {}
  const wishes = STANDARD_CLAIMS.filter(name => grant?.claims?.id_token.has(name))
  return present({
    sub: grant === undefined ? claims.sub : publicSubject(tenant, grant.sub),
    sid: writtenSid(tenant, String(grant?.sid ?? claims.iat)),
    auth_time: claims.auth_time,
    acr: claims.acr ?? ACR,
    scope,
    jti: tenant.entropy.text('jti', 16),
    client_id: clientId,
    email: own.email,
    email_verified: own.email_verified,
    ...Object.fromEntries(wishes.map(name => [name, claims[name]])),
    nonce: claims.nonce,
    at_hash: isFrontChannel ? claims.at_hash : undefined,
    iss: claims.iss,
    iat: claims.iat,
    exp: claims.exp,
    aud: [claims.aud ?? clientId].flat(),
  })
}

/** As Python's json.dumps writes: a space after every comma and colon, and nothing but ASCII. */
export const dumps = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(dumps).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined)
    return `{${members.map(([name, member]) => `${dumps(name)}: ${dumps(member)}`).join(', ')}}`
  }
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    mark => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
