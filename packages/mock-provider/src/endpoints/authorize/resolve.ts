import type { Client } from '../../engine/clients.ts'
import { Parameters } from '../../engine/parameters.ts'
import { Refusal } from '../../engine/refusal.ts'
import type { Tenant } from '../../engine/tenant.ts'
import type { Exchange } from '../../http/endpoint.ts'
import { fetchRequestObject, openRequestObject } from './request-object.ts'

/** RFC 9126 section 2.2. */
export const PUSHED_PREFIX = 'urn:ietf:params:oauth:request_uri:'

/** The parameters that count, whichever way they came: plain, pushed (RFC 9126), or in a request object by value or by reference (RFC 9101). */
export async function resolveRequest(exchange: Exchange, shown: Parameters): Promise<Parameters | Refusal> {
  const { tenant } = exchange
  const object = shown.one('request')
  const uri = shown.one('request_uri')
  if (object !== undefined && uri !== undefined)
    return new Refusal('invalid_request', 'request, request_uri: exclude each other (RFC 9101 section 5)')
  if (uri?.startsWith(PUSHED_PREFIX) === true) return takePushed(tenant, shown, uri)
  const id = shown.one('client_id')
  const client = id === undefined ? undefined : tenant.clients.get(id)
  const { pushedRequests } = tenant.settings
  if (pushedRequests.required || client?.metadata.require_pushed_authorization_requests === true)
    return new Refusal('invalid_request', 'the authorization request must be pushed (RFC 9126 section 5)')
  if (object === undefined && uri === undefined) return checkPlain(tenant, client) ?? shown
  if (id === undefined) return new Refusal('invalid_request', 'client_id: is missing (RFC 9101 section 5)')
  if (client === undefined) return new Refusal('invalid_request', 'request: the client is unknown, and so are its keys')
  const text = object ?? (await fetchRequestObject(exchange, client, uri ?? ''))
  return text instanceof Refusal ? text : openRequestObject(exchange, client, text)
}

/** Whether a request may come without a signature (RFC 9101 section 10.5). */
export const checkPlain = ({ settings }: Tenant, client: Client | undefined): Refusal | undefined =>
  settings.requestObjects.required || client?.metadata.require_signed_request_object === true
    ? new Refusal('invalid_request', 'the authorization request must be a request object (RFC 9101 section 10.5)')
    : undefined

/** Good once, for the client that pushed it (RFC 9126 section 4). */
function takePushed({ store }: Tenant, shown: Parameters, uri: string): Parameters | Refusal {
  const pushed = store.pushed.get(uri)
  if (pushed === undefined || pushed.clientId !== shown.one('client_id'))
    return new Refusal('invalid_request_uri', 'request_uri: is unknown, expired, used or of another client')
  store.pushed.delete(uri)
  return new Parameters(pushed.parameters)
}
