import type { Client } from '../engine/clients.ts'
import { Parameters } from '../engine/parameters.ts'
import { Refusal } from '../engine/refusal.ts'
import { json, refused } from '../http/answers.ts'
import { authenticateClient } from '../http/client-auth.ts'
import { readProof, withNonce } from '../http/dpop.ts'
import type { Endpoint, Exchange } from '../http/endpoint.ts'
import { readForm } from '../http/form.ts'
import type { Answer } from '../http/message.ts'
import { judgeAddress } from './authorize/address.ts'
import { judgeRequest } from './authorize/request.ts'
import { openRequestObject } from './authorize/request-object.ts'
import { checkPlain, PUSHED_PREFIX } from './authorize/resolve.ts'

/** RFC 9126: the authorization request comes from the client itself and is judged before the user sees it. */
export const par: Endpoint = { name: 'par', cors: true, methods: { POST: pushRequest } }

/** What authenticates the client is no part of the request that waits (RFC 9126 section 2.1). */
const CREDENTIALS: ReadonlySet<string> = new Set(['client_secret', 'client_assertion', 'client_assertion_type'])

async function pushRequest(exchange: Exchange): Promise<Answer> {
  const { question, tenant } = exchange
  if (question.oversized === true) return refused(new Refusal('invalid_request', 'the body is too long', 413))
  const form = readForm(question)
  if (form instanceof Refusal) return refused(form)
  const client = await authenticateClient(exchange, form, { allowPublic: true })
  if (client instanceof Refusal) return refused(client)
  const parameters = await readPushed(exchange, client, form)
  if (parameters instanceof Refusal) return refused(parameters)
  const proof = readProof(exchange)
  if (proof instanceof Refusal) return withNonce(tenant, refused(proof))
  const bound = bindToProof(parameters, proof)
  if (bound instanceof Refusal) return refused(bound)
  const addressed = judgeAddress(tenant, bound)
  if (addressed instanceof Refusal) return refused(addressed)
  const request = judgeRequest(tenant, bound, addressed.client, addressed.address)
  if (request instanceof Refusal) return refused(request)
  return withNonce(tenant, json(keepPushed(exchange, client, bound), 201))
}

async function readPushed(exchange: Exchange, client: Client, form: Parameters): Promise<Parameters | Refusal> {
  if (form.has('request_uri'))
    return new Refusal('invalid_request', 'request_uri: must not be pushed (RFC 9126 section 2.1)')
  const object = form.one('request')
  if (object !== undefined) return openRequestObject(exchange, client, object)
  const own = Array.from(form.entries()).filter(([name]) => !CREDENTIALS.has(name))
  return checkPlain(exchange.tenant, client) ?? new Parameters(new Map([...own, ['client_id', [client.id]]]))
}

/** A proof at this endpoint binds the code to its key, as `dpop_jkt` does (RFC 9449 section 10.1). */
function bindToProof(parameters: Parameters, proof: string | undefined): Parameters | Refusal {
  if (proof === undefined) return parameters
  const named = parameters.one('dpop_jkt')
  if (named !== undefined && named !== proof)
    return new Refusal('invalid_dpop_proof', 'dpop_jkt: is not the key of the proof (RFC 9449 section 10.1)')
  return new Parameters(new Map([...parameters.entries(), ['dpop_jkt', [proof]]]))
}

function keepPushed({ tenant }: Exchange, client: Client, parameters: Parameters) {
  const { lifetime } = tenant.settings.pushedRequests
  const request_uri = `${PUSHED_PREFIX}${tenant.entropy.text('pushed request', 24)}`
  tenant.store.pushed.set(request_uri, {
    clientId: client.id,
    parameters: new Map(parameters.entries()),
    expiresAt: tenant.clock.now() + lifetime,
  })
  return { request_uri, expires_in: lifetime }
}
