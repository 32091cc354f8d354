import type { JsonObject, JsonValue } from '@gatehouse/protocol'
import { verifyClientJwt } from '../../engine/client-keys.ts'
import { type Client, texts } from '../../engine/clients.ts'
import { decryptJwt } from '../../engine/encrypt-jwt.ts'
import { type DecodedJwt, decodeHeader } from '../../engine/jwt.ts'
import { Parameters } from '../../engine/parameters.ts'
import { Refusal } from '../../engine/refusal.ts'
import { fetchText } from '../../engine/remote.ts'
import type { Tenant } from '../../engine/tenant.ts'
import type { Exchange } from '../../http/endpoint.ts'

/** Claims about the object itself, which are no parameters (RFC 9101 section 4). */
const OWN_CLAIMS: ReadonlySet<string> = new Set(['iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'sub'])
/** RFC 9101 section 10.8: a type that says what it is, or none; never that of another kind of JWT (RFC 8725 section 3.11). */
const TYPES: readonly unknown[] = [undefined, 'jwt', 'oauth-authz-req+jwt', 'application/oauth-authz-req+jwt']
/** Seconds by which a client's clock may be ahead. */
const TOLERANCE = 10
const LONGEST_URI = 512

const malformed = (say: string): Refusal => new Refusal('invalid_request_object', `request: ${say}`)
const unreachable = (say: string): Refusal => new Refusal('invalid_request_uri', `request_uri: ${say}`)

/** The parameters of a request object, signed by its client (RFC 9101 section 6). Nothing outside of it counts (section 5). */
export async function openRequestObject(
  { tenant, ports }: Exchange,
  client: Client,
  text: string,
): Promise<Parameters | Refusal> {
  const { request_object_signing_alg: registered } = client.metadata
  const signed = await decrypt(tenant, client, text)
  if (signed instanceof Refusal) return signed
  const jwt = await verifyClientJwt(ports.fetch, client, signed, registered)
  if (typeof jwt === 'string') return malformed(jwt)
  return checkObject(tenant, client, jwt) ?? toParameters(jwt.claims)
}

/** Signed, then encrypted (RFC 9101 section 6.1); a client that registered an encryption sends nothing else. */
async function decrypt(tenant: Tenant, { metadata }: Client, text: string): Promise<string | Refusal> {
  const { request_object_encryption_alg: alg, request_object_encryption_enc: enc } = metadata
  const isEncrypted = text.split('.').length === 5
  if (!isEncrypted) return alg === undefined ? text : malformed('is not encrypted, which the client registered')
  const header = decodeHeader(text)
  if ((alg !== undefined && header?.alg !== alg) || (enc !== undefined && header?.enc !== enc))
    return malformed('is not encrypted as the client registered')
  return (await decryptJwt(tenant, text)) ?? malformed('cannot be decrypted')
}

/** A request object by reference (RFC 9101 section 5.2), from an address that the client registered, if it registered any. */
export async function fetchRequestObject(
  { ports }: Exchange,
  { metadata }: Client,
  uri: string,
): Promise<string | Refusal> {
  if (uri.length > LONGEST_URI) return unreachable('must not be longer than 512 characters')
  const registered = texts(metadata.request_uris)
  if (registered !== undefined && !registered.some(known => known === uri || known.split('#')[0] === uri))
    return unreachable('is none that the client registered')
  const text = await fetchText(ports.fetch, uri, 'application/oauth-authz-req+jwt, application/jwt')
  return text?.trim() ?? unreachable('could not be read: it must answer 200 within 5 seconds, with 64 KiB at most')
}

function checkObject({ issuer, clock }: Tenant, { id }: Client, { header, claims }: DecodedJwt): Refusal | undefined {
  const now = clock.now()
  const { iss, aud, exp, nbf, iat, sub, client_id } = claims
  if (!TYPES.includes(typeof header.typ === 'string' ? header.typ.toLowerCase() : header.typ))
    return malformed('typ: must be oauth-authz-req+jwt')
  if (client_id !== id) return malformed('client_id: must be the one outside (RFC 9101 section 6.3)')
  if (iss !== undefined && iss !== id) return malformed('iss: must be the client')
  if (aud !== undefined && !(Array.isArray(aud) ? aud : [aud]).includes(issuer))
    return malformed('aud: must have this issuer')
  if (sub === id) return malformed('sub: must not be the client, or the object could authenticate it (section 10.8)')
  for (const [name, value] of Object.entries({ exp, nbf, iat })) {
    if (value !== undefined && typeof value !== 'number') return malformed(`${name}: must be a number`)
  }
  if (typeof exp === 'number' && exp <= now) return malformed('exp: is over')
  if ([nbf, iat].some(time => typeof time === 'number' && time > now + TOLERANCE))
    return malformed('nbf, iat: are in the future')
  if ('request' in claims || 'request_uri' in claims)
    return malformed('request, request_uri: must not be inside (RFC 9101 section 4)')
  return undefined
}

/** Numbers and JSON become the text that they would have been as parameters; lists are what may be repeated. */
function toParameters(claims: JsonObject): Parameters | Refusal {
  const values = new Map<string, readonly string[]>()
  for (const [name, value] of Object.entries(claims)) {
    if (OWN_CLAIMS.has(name)) continue
    const shown = name === 'resource' || name === 'audience' ? asTexts(value) : asText(value)
    if (shown === undefined) return malformed('a parameter is neither a text nor what its definition allows')
    if (shown.some(text => text !== '')) values.set(name, shown)
  }
  return new Parameters(values)
}

const asTexts = (value: JsonValue): readonly string[] | undefined =>
  typeof value === 'string' ? [value] : Array.isArray(value) ? texts(value) : undefined

function asText(value: JsonValue): readonly string[] | undefined {
  if (typeof value === 'string') return [value]
  if (value === null) return undefined
  return [typeof value === 'object' ? JSON.stringify(value) : String(value)]
}
