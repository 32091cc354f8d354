import type { JsonObject } from '@gatehouse/protocol'
import { type Client, parseClient, type Registration } from '../../engine/clients.ts'
import { isObject } from '../../engine/members.ts'
import { Refusal } from '../../engine/refusal.ts'
import { isSecret } from '../../engine/secret.ts'
import { addressTo } from '../../http/address.ts'
import { empty, json, refused } from '../../http/answers.ts'
import { readAccessCredential } from '../../http/bearer.ts'
import type { Endpoint, Exchange } from '../../http/endpoint.ts'
import { mediaType } from '../../http/form.ts'
import type { Answer } from '../../http/message.ts'
import { settleMetadata } from './metadata.ts'
import { checkSector } from './sector.ts'
import { applyStatement } from './statement.ts'

/** Dynamic registration (RFC 7591), and its management at `/register/CLIENT_ID` (RFC 7592). */
export const register: Endpoint = {
  name: 'register',
  deep: true,
  cors: true,
  methods: { GET: manage(show), POST: registerClient, PUT: manage(update), DELETE: manage(remove) },
}

/** What only the server says; a client that sends it back is refused (RFC 7592 section 2.2). */
const SERVER_MEMBERS: readonly string[] = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
]

type Registered = Client & { readonly registration: Registration }
type Managed = (exchange: Exchange, client: Registered) => Answer | Promise<Answer>

async function registerClient(exchange: Exchange): Promise<Answer> {
  const { tenant, rest } = exchange
  const { enabled, initialAccessToken } = tenant.settings.registration
  if (!enabled || rest.length > 1) return nowhere()
  if (rest.length === 1) return refuseMethod(['GET', 'PUT', 'DELETE'])
  if (initialAccessToken !== undefined && !isSecret(shownToken(exchange), initialAccessToken))
    return refused(unauthorized())
  const sent = readMetadata(exchange)
  if (sent instanceof Refusal) return refused(sent)
  const registration = {
    accessToken: tenant.entropy.text('registration access token', 32),
    issuedAt: tenant.clock.now(),
  }
  const client = await makeClient(exchange, tenant.entropy.text('client id', 16), sent, undefined, registration)
  if (client instanceof Refusal) return refused(client)
  tenant.clients.set(client.id, client)
  return json(describe(exchange, client), 201)
}

/** A client as it asked to be, with the secret that its methods and algorithms need; one that it had stays. */
async function makeClient(
  exchange: Exchange,
  id: string,
  sent: JsonObject,
  secret: string | undefined,
  registration: Registration,
): Promise<Registered | Refusal> {
  const stated = await applyStatement(exchange, sent)
  if (stated instanceof Refusal) return stated
  const metadata = settleMetadata(exchange, stated)
  if (metadata instanceof Refusal) return metadata
  const { ports, tenant } = exchange
  // As long as the longest hash, since it signs HS512 too (RFC 7518 section 3.2).
  const draw = (): string => secret ?? tenant.entropy.text('client secret', 48)
  const parsed = parseClient(id, needsSecret(metadata) ? { ...metadata, client_secret: draw() } : metadata)
  if (parsed instanceof Refusal) return parsed
  const { postLogoutRedirectUris = [] } = parsed
  return (await checkSector(ports.fetch, metadata)) ?? { ...parsed, postLogoutRedirectUris, registration }
}

function needsSecret(metadata: JsonObject): boolean {
  const method = String(metadata.token_endpoint_auth_method)
  if (method === 'none') return false
  return (
    method.startsWith('client_secret_') ||
    Object.entries(metadata).some(([name, value]) => /_alg$/.test(name) && /^HS\d/.test(String(value)))
  )
}

/** Who shows the registration access token of the client that the path names; all else is one answer (RFC 7592 section 2.1). */
function manage(operate: Managed) {
  return (exchange: Exchange): Answer | Promise<Answer> => {
    const [id, ...more] = exchange.rest
    if (!exchange.tenant.settings.registration.enabled || more.length > 0) return nowhere()
    if (id === undefined) return refuseMethod(['POST'])
    const client = exchange.tenant.clients.get(id)
    const registration = client?.registration
    return client === undefined ||
      registration === undefined ||
      !isSecret(shownToken(exchange), registration.accessToken)
      ? refused(unauthorized())
      : operate(exchange, { ...client, registration })
  }
}

function show(exchange: Exchange, client: Registered): Answer {
  return json(describe(exchange, client))
}

/** Replaces all that was registered: what is left out is gone (RFC 7592 section 2.2). */
async function update(exchange: Exchange, client: Registered): Promise<Answer> {
  const sent = readMetadata(exchange)
  if (sent instanceof Refusal) return refused(sent)
  const { client_id, client_secret, ...metadata } = sent
  const ours = SERVER_MEMBERS.find(name => name in sent)
  if (ours !== undefined) return refused(new Refusal('invalid_request', `${ours}: is the server's to say`))
  if (client_id !== client.id) return refused(new Refusal('invalid_request', 'client_id: must be the registered one'))
  const isOwn = typeof client_secret === 'string' && isSecret(client_secret, client.secret)
  if (client_secret !== undefined && !isOwn)
    return refused(new Refusal('invalid_request', 'client_secret: must be the registered one, if any'))
  const next = await makeClient(exchange, client.id, metadata, client.secret, client.registration)
  if (next instanceof Refusal) return refused(next)
  exchange.tenant.clients.set(client.id, next)
  return json(describe(exchange, next))
}

/** The client, and every token that it has (RFC 7592 section 2.3). */
function remove({ tenant }: Exchange, client: Registered): Answer {
  tenant.clients.delete(client.id)
  return empty(204)
}

/** RFC 7591 section 3.2.1 and RFC 7592 section 3. */
const describe = (exchange: Exchange, { id, secret, metadata, registration }: Registered): JsonObject => ({
  client_id: id,
  ...(secret === undefined ? {} : { client_secret: secret, client_secret_expires_at: 0 }),
  client_id_issued_at: registration.issuedAt,
  registration_access_token: registration.accessToken,
  registration_client_uri: `${addressTo(exchange, 'register')}/${id}`,
  ...metadata,
})

function readMetadata({ question }: Exchange): JsonObject | Refusal {
  const { body, headers, oversized } = question
  if (oversized === true) return new Refusal('invalid_request', 'the body is too long', 413)
  if (mediaType(headers['content-type']) !== 'application/json')
    return new Refusal('invalid_request', 'the body must be application/json')
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    if (isObject(value)) return value
  } catch {
    // What is no JSON is refused like what is no object.
  }
  return new Refusal('invalid_client_metadata', 'the body must be a JSON object')
}

function shownToken({ question }: Exchange): string | undefined {
  const credential = readAccessCredential(question, undefined)
  return credential instanceof Refusal || credential.scheme !== 'Bearer' ? undefined : credential.token
}

const unauthorized = (): Refusal =>
  new Refusal(
    'invalid_token',
    'the token is missing or not valid',
    401,
    'Bearer realm="mock provider", error="invalid_token"',
  )

function refuseMethod(allowed: readonly string[]): Answer {
  const answer = refused(new Refusal('invalid_request', `this address takes ${allowed.join(', ')}`, 405))
  return { ...answer, headers: [...answer.headers, ['allow', allowed.join(', ')]] }
}

const nowhere = (): Answer =>
  json({ error: 'not_found', error_description: 'no endpoint is here; discovery lists what is' }, 404)
