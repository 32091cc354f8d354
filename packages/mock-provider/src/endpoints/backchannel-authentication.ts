import type { Client } from '../engine/clients.ts'
import { AFTERLIFE, type Deferred } from '../engine/deferred.ts'
import { readHintedUser } from '../engine/login-hint.ts'
import type { Parameters } from '../engine/parameters.ts'
import { Refusal } from '../engine/refusal.ts'
import { readAsked } from '../grants/asked.ts'
import { ciba } from '../grants/deferred.ts'
import { json, refused } from '../http/answers.ts'
import { authenticateClient } from '../http/client-auth.ts'
import type { Endpoint, Exchange } from '../http/endpoint.ts'
import { readForm } from '../http/form.ts'
import type { Answer } from '../http/message.ts'
import { checkGrantType } from './grant-check.ts'

/** CIBA Core section 7: asks a user who is not at the client. Poll and ping; signed requests are not taken. */
export const backchannelAuthentication: Endpoint = {
  name: 'bc-authorize',
  cors: false,
  methods: { POST: async exchange => answer(await startAuthentication(exchange)) },
}

const answer = (outcome: object | Refusal): Answer => (outcome instanceof Refusal ? refused(outcome) : json(outcome))

async function startAuthentication(exchange: Exchange): Promise<object | Refusal> {
  const { question, tenant, ports } = exchange
  const parameters = readForm(question)
  if (parameters instanceof Refusal) return parameters
  const client = await authenticateClient(exchange, parameters, { allowPublic: false })
  if (client instanceof Refusal) return client
  const refusal = checkGrantType(tenant, client, ciba.grantType) ?? checkRequest(parameters)
  if (refusal !== undefined) return refusal
  const asked = readAsked(tenant, client, parameters)
  if (asked instanceof Refusal) return asked
  if (!asked.scope.includes('openid'))
    return new Refusal('invalid_request', 'scope: must have openid in it (CIBA Core section 7.1)')
  const notification = readNotification(client, parameters)
  if (notification instanceof Refusal) return notification
  const user = await readHintedUser(tenant, client, parameters, ports.fetch)
  if (user instanceof Refusal) return user
  const { lifetime, interval } = tenant.settings.ciba
  const expiresIn = Math.min(Number(parameters.one('requested_expiry') ?? lifetime), lifetime)
  const id = tenant.entropy.text('auth_req_id', 24)
  const deadline = tenant.clock.now() + expiresIn
  tenant.store.deferred.set(id, {
    ...asked,
    kind: 'ciba',
    id,
    clientId: client.id,
    userCode: undefined,
    sub: user.sub,
    bindingMessage: parameters.one('binding_message'),
    acr: parameters.words('acr_values')[0],
    notification,
    deadline,
    expiresAt: deadline + AFTERLIFE,
    interval,
    polledAt: undefined,
    state: 'pending',
    grant: undefined,
  })
  return { auth_req_id: id, expires_in: expiresIn, interval }
}

/** Short enough for a small display, and nothing in it that a display would obey (CIBA Core section 7.1). */
const BINDING_MESSAGE = /^[^\p{Cc}]{1,64}$/u

function checkRequest(parameters: Parameters): Refusal | undefined {
  if (parameters.has('request')) return new Refusal('invalid_request', 'request: signed requests are not taken here')
  const expiry = parameters.one('requested_expiry')
  if (expiry !== undefined && !/^[1-9]\d{0,8}$/.test(expiry))
    return new Refusal('invalid_request', 'requested_expiry: must be a positive whole number of seconds')
  const message = parameters.one('binding_message')
  return message === undefined || BINDING_MESSAGE.test(message)
    ? undefined
    : new Refusal('invalid_binding_message', 'binding_message: must be 1 to 64 characters that can be shown')
}

/** A client of the ping mode says how to be told (CIBA Core section 7.1); the token's syntax is that of RFC 6750 section 2.1. */
function readNotification({ metadata }: Client, parameters: Parameters): Deferred['notification'] | Refusal {
  if (metadata.backchannel_token_delivery_mode !== 'ping') return undefined
  const token = parameters.one('client_notification_token')
  if (token === undefined || !/^[A-Za-z0-9._~+/-]{1,1024}=*$/.test(token))
    return new Refusal(
      'invalid_request',
      'client_notification_token: is required in the ping mode, at most 1024 characters',
    )
  return { uri: String(metadata.backchannel_client_notification_endpoint), token }
}
