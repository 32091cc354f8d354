import { timingSafeEqual } from 'node:crypto'
import type { ClientAuthenticationMethod } from '@gatehouse/protocol'
import type { Api } from '../engine/apis.ts'
import { type Client, clientOfFirstUse } from '../engine/clients.ts'
import { formDecode, type Parameters } from '../engine/parameters.ts'
import { Refusal } from '../engine/refusal.ts'
import type { Tenant } from '../engine/tenant.ts'
import type { Question } from './message.ts'

/** What a request shows of a client, unjudged. Basic comes in two readings, since half of the world does not form-encode. */
interface Shown {
  readonly method: ClientAuthenticationMethod
  readonly readings: readonly { readonly id: string; readonly secret: string | undefined }[]
}

/** How a method is found in a request: absent, malformed or shown. A row a method. */
type Finder = (question: Question, parameters: Parameters) => Shown | Refusal | undefined

const FINDERS: Readonly<Partial<Record<ClientAuthenticationMethod, Finder>>> = {
  client_secret_basic: findBasic,
  client_secret_post: (_question, parameters) => {
    const secret = parameters.one('client_secret')
    const id = parameters.one('client_id')
    if (secret === undefined) return undefined
    return id === undefined
      ? new Refusal('invalid_request', 'client_secret: comes without a client_id')
      : { method: 'client_secret_post', readings: [{ id, secret }] }
  },
}

/** What discovery says of it (RFC 8414 `token_endpoint_auth_methods_supported`). */
export const CLIENT_AUTH_METHODS: readonly ClientAuthenticationMethod[] = [
  ...(Object.keys(FINDERS) as ClientAuthenticationMethod[]),
  'none',
]

export interface Demand {
  /** Whether a client without credentials may pass. */
  readonly allowPublic: boolean
}

/** Who asks, by exactly one method (RFC 6749 section 2.3), held to what was registered or shown first. */
export function authenticateClient(
  tenant: Tenant,
  question: Question,
  parameters: Parameters,
  demand: Demand,
): Client | Refusal {
  const shown = findShown(question, parameters)
  return shown instanceof Refusal ? shown : judgeClient(tenant, shown, demand)
}

/** The same for a protected resource, which may be an API connection with credentials of its own. */
export function authenticateResource(
  tenant: Tenant,
  question: Question,
  parameters: Parameters,
): Client | Api | Refusal {
  const shown = findShown(question, parameters)
  if (shown instanceof Refusal) return shown
  for (const { id, secret } of shown.readings) {
    const api = tenant.apis.get(id)
    if (api?.secret === undefined) continue
    return shown.readings.some(reading => isSecret(reading.secret, api.secret)) && secret !== undefined
      ? api
      : unauthenticated(shown.method)
  }
  return judgeClient(tenant, shown, { allowPublic: false })
}

function findShown(question: Question, parameters: Parameters): Shown | Refusal {
  const found: Shown[] = []
  for (const find of Object.values(FINDERS)) {
    const shown = find(question, parameters)
    if (shown instanceof Refusal) return shown
    if (shown !== undefined) found.push(shown)
  }
  if (found.length > 1)
    return new Refusal('invalid_request', 'the client authenticates by more than one method (RFC 6749 section 2.3)')
  const id = parameters.one('client_id')
  const [shown] = found
  if (shown === undefined) {
    return id === undefined
      ? new Refusal('invalid_client', 'no client authentication was sent', 401)
      : { method: 'none', readings: [{ id, secret: undefined }] }
  }
  if (id !== undefined && !shown.readings.some(reading => reading.id === id)) {
    return new Refusal('invalid_request', 'client_id: differs from the one that authenticates')
  }
  return shown
}

function judgeClient(
  { clients, settings }: Tenant,
  { method, readings }: Shown,
  { allowPublic }: Demand,
): Client | Refusal {
  const client = readings.map(({ id }) => clients.get(id)).find(found => found !== undefined)
  if (client === undefined) {
    const [first] = readings
    if (settings.clients === 'listed' || first === undefined || (method === 'none' && !allowPublic))
      return unauthenticated(method)
    const registered = clientOfFirstUse(first.id, first.secret)
    clients.set(first.id, registered)
    return registered
  }
  if (client.method !== undefined && client.method !== method) return unauthenticated(method)
  if (method === 'none') return client.secret === undefined && allowPublic ? client : unauthenticated(method)
  return readings.some(({ secret }) => isSecret(secret, client.secret)) ? client : unauthenticated(method)
}

/** One sentence for all of it: which part was wrong is nobody's business. The challenge is for who used the header (RFC 6749 section 5.2). */
const unauthenticated = (method: ClientAuthenticationMethod): Refusal =>
  new Refusal(
    'invalid_client',
    'client authentication failed',
    401,
    method === 'client_secret_basic' ? 'Basic realm="mock provider", charset="UTF-8"' : undefined,
  )

function findBasic({ headers }: Question): Shown | Refusal | undefined {
  const header = headers.authorization
  if (header === undefined) return undefined
  const malformed = new Refusal(
    'invalid_client',
    'the Authorization header is not well-formed Basic',
    401,
    'Basic realm="mock provider", charset="UTF-8"',
  )
  const match = /^basic +([A-Za-z0-9+/_-]+={0,2})$/i.exec(header)
  const text = match?.[1] === undefined ? undefined : Buffer.from(match[1], 'base64').toString()
  const colon = text?.indexOf(':') ?? -1
  if (text === undefined || colon < 1) return malformed
  const raw = { id: text.slice(0, colon), secret: text.slice(colon + 1) }
  const [id, secret] = [formDecode(raw.id), formDecode(raw.secret)]
  const isEncoded = id !== undefined && secret !== undefined && (id !== raw.id || secret !== raw.secret)
  return { method: 'client_secret_basic', readings: isEncoded ? [{ id, secret }, raw] : [raw] }
}

function isSecret(shown: string | undefined, known: string | undefined): boolean {
  if (shown === undefined || known === undefined) return false
  const [a, b] = [Buffer.from(shown), Buffer.from(known)]
  return a.length === b.length && timingSafeEqual(a, b)
}
