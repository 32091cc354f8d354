import { AFTERLIFE, drawUserCode } from '../engine/deferred.ts'
import { Refusal } from '../engine/refusal.ts'
import { readAsked } from '../grants/asked.ts'
import { deviceCode } from '../grants/deferred.ts'
import { addressTo } from '../http/address.ts'
import { json, refused } from '../http/answers.ts'
import { authenticateClient } from '../http/client-auth.ts'
import type { Endpoint, Exchange } from '../http/endpoint.ts'
import { readForm } from '../http/form.ts'
import type { Answer } from '../http/message.ts'
import { checkGrantType } from './grant-check.ts'

/** RFC 8628 section 3.1. */
export const deviceAuthorization: Endpoint = {
  name: 'device_authorization',
  cors: true,
  methods: { POST: startDevice },
}

async function startDevice(exchange: Exchange): Promise<Answer> {
  const { question, tenant } = exchange
  const parameters = readForm(question)
  if (parameters instanceof Refusal) return refused(parameters)
  const client = await authenticateClient(exchange, parameters, { allowPublic: true })
  if (client instanceof Refusal) return refused(client)
  const unfit = checkGrantType(tenant, client, deviceCode.grantType)
  if (unfit !== undefined) return refused(unfit)
  const asked = readAsked(tenant, client, parameters)
  if (asked instanceof Refusal) return refused(asked)
  const { lifetime, interval } = tenant.settings.device
  const id = tenant.entropy.text('device code', 32)
  const userCode = drawUserCode(tenant)
  const deadline = tenant.clock.now() + lifetime
  tenant.store.deferred.set(id, {
    ...asked,
    kind: 'device',
    id,
    clientId: client.id,
    userCode,
    sub: undefined,
    bindingMessage: undefined,
    acr: undefined,
    notification: undefined,
    deadline,
    expiresAt: deadline + AFTERLIFE,
    interval,
    polledAt: undefined,
    state: 'pending',
    grant: undefined,
  })
  const page = addressTo(exchange, 'device_verification')
  return json({
    device_code: id,
    user_code: userCode,
    verification_uri: page,
    verification_uri_complete: `${page}?${new URLSearchParams({ user_code: userCode })}`,
    expires_in: lifetime,
    interval,
  })
}
