import { approve, type Deferred, deny, findByUserCode } from '../../engine/deferred.ts'
import { findUser } from '../../engine/find-user.ts'
import { Refusal } from '../../engine/refusal.ts'
import type { Tenant } from '../../engine/tenant.ts'
import { parseUrl } from '../../engine/url.ts'
import { checkRequiredClaims } from '../../grants/asked.ts'
import { json, refused } from '../../http/answers.ts'
import type { Exchange } from '../../http/endpoint.ts'
import type { Answer } from '../../http/message.ts'
import { type Call, type Operations, refuse } from './call.ts'

const ACTIONS = { enum: ['approve', 'deny'], description: 'approve or deny' } as const
const SUB = { type: 'string', minLength: 1, description: "a user's sub" } as const

/** What devices wait for (RFC 8628), and a user's decision without a page. */
export const device: Operations = {
  GET: { handle: ({ exchange }) => listDeferred(exchange, 'device') },
  POST: {
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['user_code', 'action'],
      description: 'an object with user_code, action and, to approve, sub',
      properties: {
        user_code: { type: 'string', minLength: 1, description: 'what the device shows' },
        action: ACTIONS,
        sub: SUB,
      },
    },
    handle: call => decide(call, findByUserCode(call.exchange.tenant, String(call.body.user_code))),
  },
}

/** What users are asked through the back channel (CIBA Core), and their decision. */
export const ciba: Operations = {
  GET: { handle: ({ exchange }) => listDeferred(exchange, 'ciba') },
  POST: {
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['auth_req_id', 'action'],
      description: 'an object with auth_req_id and action',
      properties: {
        auth_req_id: { type: 'string', minLength: 1, description: 'what the client was answered' },
        action: ACTIONS,
        sub: SUB,
      },
    },
    handle: call => {
      const found = call.exchange.tenant.store.deferred.get(String(call.body.auth_req_id))
      return decide(call, found?.kind === 'ciba' ? found : undefined)
    },
  },
}

function listDeferred({ tenant }: Exchange, kind: Deferred['kind']): Answer {
  const all = Array.from(tenant.store.deferred.values()).filter(deferred => deferred.kind === kind)
  return json(all.map(deferred => describe(tenant, deferred)))
}

function describe(tenant: Tenant, deferred: Deferred): object {
  const { kind, id, clientId, scope, userCode, sub, bindingMessage, deadline, interval, state, grant } = deferred
  const isLate = deadline <= tenant.clock.now() && (state === 'pending' || state === 'approved')
  return {
    ...(kind === 'device' ? { user_code: userCode } : { auth_req_id: id }),
    client_id: clientId,
    scope: scope.join(' '),
    ...(bindingMessage === undefined ? {} : { binding_message: bindingMessage }),
    sub: grant?.sub ?? sub ?? null,
    state: isLate ? 'expired' : state,
    interval,
    expires_at: deadline,
  }
}

async function decide({ exchange, body }: Call, deferred: Deferred | undefined): Promise<Answer> {
  const { tenant } = exchange
  if (deferred === undefined) return refuse('nothing waits under this code', 404, 'not_found')
  const refusal = body.action === 'deny' ? deny(tenant, deferred) : approveAs(tenant, deferred, body.sub)
  if (refusal !== undefined) return refused(refusal)
  const notified = await notify(exchange, deferred)
  return json({ ...describe(tenant, deferred), ...(notified === undefined ? {} : { notified }) })
}

function approveAs(tenant: Tenant, deferred: Deferred, given: unknown): Refusal | undefined {
  const name = typeof given === 'string' ? given : (deferred.sub ?? 'alice')
  const user = findUser(tenant, name)
  if (user === undefined) return new Refusal('invalid_request', 'sub: is no user')
  if (deferred.sub !== undefined && deferred.sub !== user.sub)
    return new Refusal('invalid_request', 'sub: is not the user who is asked')
  const missing = checkRequiredClaims(tenant, deferred.scope, user, 'access_denied')
  return missing ?? approve(tenant, deferred, { sub: user.sub, amr: ['user'] })
}

const TIMEOUT = 5000

/** Tells a client of the ping mode that there is something to fetch, whatever it is (CIBA Core section 10.2). Answers what the client said. */
async function notify({ ports }: Exchange, { id, notification }: Deferred): Promise<object | undefined> {
  if (notification === undefined) return undefined
  const { uri, token } = notification
  if (parseUrl(uri) === undefined)
    return { ok: false, error: 'backchannel_client_notification_endpoint is no absolute URL' }
  const request = new Request(uri, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ auth_req_id: id }),
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT),
  })
  try {
    const { status } = await ports.fetch(request)
    return { ok: status === 204 || status === 200, status }
  } catch {
    return { ok: false, error: 'could not be reached within 5 seconds' }
  }
}
