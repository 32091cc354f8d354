import type { ClientAuthenticationMethod } from '@gatehouse/protocol'
import type { Api } from '../engine/apis.ts'
import { hasSubject, isAmong, registrationOf } from '../engine/certificate.ts'
import { judgeAssertion } from '../engine/client-assertion.ts'
import { AUTHENTICATION_METHODS } from '../engine/client-authentication.ts'
import { findClientKeys, verifyClientJwt } from '../engine/client-keys.ts'
import { type Client, clientOfFirstUse, isWelcome } from '../engine/clients.ts'
import type { Parameters } from '../engine/parameters.ts'
import { Refusal } from '../engine/refusal.ts'
import { isSecret } from '../engine/secret.ts'
import { addressesOf, addressTo } from './address.ts'
import { certificateOf, takesCertificates } from './client-certificate.ts'
import type { Exchange } from './endpoint.ts'
import { findShownClient, type ShownClient } from './shown-client.ts'

/** What discovery says of it (RFC 8414 `token_endpoint_auth_methods_supported`): those with a certificate only where one can be shown. */
export const authenticationMethods = ({ tenant, question }: Exchange): readonly ClientAuthenticationMethod[] => {
  const { settings, dialect } = tenant
  const offered = dialect.offers.methods ?? AUTHENTICATION_METHODS
  // FAPI 2.0 Security Profile section 5.3.2.1.
  const strong = settings.profile === 'fapi2' ? offered.filter(method => STRONG.includes(method)) : offered
  return strong.filter(method => !method.includes('tls') || takesCertificates(tenant, question))
}

const STRONG: readonly string[] = ['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth']

export interface Demand {
  /** Whether a client without credentials may pass. */
  readonly allowPublic: boolean
}

/** Who asks, by exactly one method (RFC 6749 section 2.3), held to what was registered or shown first. */
export async function authenticateClient(
  exchange: Exchange,
  parameters: Parameters,
  demand: Demand,
): Promise<Client | Refusal> {
  const shown = findShownClient(exchange.question, parameters)
  return shown instanceof Refusal ? shown : judgeClient(exchange, shown, demand)
}

/** The same for a protected resource, which may be an API connection with credentials of its own. */
export async function authenticateResource(
  exchange: Exchange,
  parameters: Parameters,
): Promise<Client | Api | Refusal> {
  const shown = findShownClient(exchange.question, parameters)
  if (shown instanceof Refusal) return shown
  for (const { id, secret } of shown.readings) {
    const api = exchange.tenant.apis.get(id)
    if (api?.secret === undefined) continue
    return shown.readings.some(reading => isSecret(reading.secret, api.secret)) && secret !== undefined
      ? api
      : unauthenticated(shown)
  }
  return judgeClient(exchange, shown, { allowPublic: false })
}

function judgeClient(
  exchange: Exchange,
  shown: ShownClient,
  demand: Demand,
): Client | Refusal | Promise<Client | Refusal> {
  const { clients } = exchange.tenant
  const client = shown.readings.map(({ id }) => clients.get(id)).find(found => found !== undefined)
  if (client === undefined) return registerByFirstUse(exchange, shown, demand)
  if (shown.way === 'assertion') return judgeAssertionOf(exchange, client, shown)
  if (shown.way === 'none') return judgeBare(exchange, client, shown, demand)
  if (client.method !== undefined && client.method !== shown.way) return unauthenticated(shown)
  return shown.readings.some(({ secret }) => isSecret(secret, client.secret)) ? client : unauthenticated(shown)
}

/** By a secret, a certificate or nothing. An assertion proves nothing of a client whose keys nobody knows. */
function registerByFirstUse(
  { tenant, question }: Exchange,
  shown: ShownClient,
  { allowPublic }: Demand,
): Client | Refusal {
  const [first] = shown.readings
  if (first === undefined || !isWelcome(tenant, first.id)) return unauthenticated(shown)
  if (shown.way === 'assertion')
    return new Refusal('invalid_client', 'client_assertion: the client and its keys must be registered first', 401)
  const certificate = shown.way === 'none' ? certificateOf(tenant, question) : undefined
  if (shown.way === 'none' && certificate === undefined && !allowPublic) return unauthenticated(shown)
  const registered = clientOfFirstUse(first.id, first.secret)
  const client: Client =
    certificate === undefined
      ? registered
      : {
          ...registered,
          method: 'self_signed_tls_client_auth',
          metadata: { ...registered.metadata, jwks: registrationOf(certificate) },
        }
  tenant.clients.set(first.id, client)
  return client
}

/** A `client_id` alone: of a public client, or of one whose certificate authenticates it (RFC 8705 section 2). */
async function judgeBare(
  { tenant, question, ports }: Exchange,
  client: Client,
  shown: ShownClient,
  { allowPublic }: Demand,
): Promise<Client | Refusal> {
  const { method, metadata } = client
  if (method === 'none') return allowPublic ? client : unauthenticated(shown)
  const certificate = certificateOf(tenant, question)
  if (certificate === undefined) return unauthenticated(shown)
  if ((method ?? 'tls_client_auth') === 'tls_client_auth' && hasSubject(certificate, metadata)) return client
  const isTried = (method ?? 'self_signed_tls_client_auth') === 'self_signed_tls_client_auth'
  return isTried && isAmong(certificate, await findClientKeys(ports.fetch, client)) ? client : unauthenticated(shown)
}

/** client_secret_jwt and private_key_jwt (OpenID Connect Core section 9, RFC 7523 section 3). */
async function judgeAssertionOf(exchange: Exchange, client: Client, shown: ShownClient): Promise<Client | Refusal> {
  const { tenant, ports } = exchange
  const refuse = (why: string) => new Refusal('invalid_client', `client_assertion: ${why}`, 401)
  const registeredAlg = client.metadata.token_endpoint_auth_signing_alg
  const jwt = await verifyClientJwt(ports.fetch, client, shown.assertion ?? '', registeredAlg)
  if (typeof jwt === 'string') return refuse(jwt)
  const method = String(jwt.header.alg).startsWith('HS') ? 'client_secret_jwt' : 'private_key_jwt'
  const isOffered = authenticationMethods(exchange).includes(method)
  if (!isOffered || (client.method !== undefined && client.method !== method)) return unauthenticated(shown)
  const why = judgeAssertion(tenant, jwt.claims, {
    iss: client.id,
    sub: client.id,
    audience: acceptedAudience(exchange),
    requireJti: true,
  })
  return why === undefined ? client : refuse(why)
}

/** The issuer, the token endpoint (RFC 7523 section 3) and, as RFC 9126 section 2 lets clients do, the endpoint that is called. */
export const acceptedAudience = ({ tenant, question }: Exchange): readonly string[] => [
  tenant.issuer,
  addressTo({ tenant, question }, 'token'),
  ...addressesOf(tenant, question),
]

/** One sentence for all of it: which part was wrong is nobody's business. The challenge is for who used the header (RFC 6749 section 5.2). */
const unauthenticated = ({ way }: ShownClient): Refusal =>
  new Refusal(
    'invalid_client',
    'client authentication failed',
    401,
    way === 'client_secret_basic' ? 'Basic realm="mock provider", charset="UTF-8"' : undefined,
  )
