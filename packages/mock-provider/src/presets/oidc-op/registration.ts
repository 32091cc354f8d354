import type { JsonObject } from '@gatehouse/protocol'
import { register } from '../../endpoints/register/index.ts'
import { say } from '../../http/answers.ts'
import type { Endpoint, Exchange } from '../../http/endpoint.ts'
import type { Answer } from '../../http/message.ts'
import { isError } from '../conditions.ts'
import type { Call, Manner } from '../preset.ts'
import { NOT_FOUND } from './refusals.ts'

/** Thirty days, whatever the configuration says. */
const SECRET_LIFETIME = 2_592_000

/** What was registered, read again: the client is in the query. */
export const registrationApi: Endpoint = { name: 'register', cors: true, methods: { GET: readBack } }

function readBack(exchange: Exchange): Answer | Promise<Answer> {
  const id = new URLSearchParams(exchange.question.query).get('client_id')
  const read = register.methods.GET
  return id === null || read === undefined ? say(404, NOT_FOUND) : read({ ...exchange, rest: [id] })
}

/** Where to go after a logout is taken, and not said back. */
function tellClient(body: JsonObject, { tenant }: Call): JsonObject {
  const { post_logout_redirect_uris: _, ...told } = body
  const uri = `${tenant.address}/registration_api?${new URLSearchParams({ client_id: String(body.client_id) })}`
  return {
    ...told,
    ...(told.client_secret === undefined ? {} : { client_secret_expires_at: tenant.clock.now() + SECRET_LIFETIME }),
    registration_client_uri: uri,
  }
}

export const registration: Manner = {
  tell: tellClient,
  refusals: [
    {
      when: isError('invalid_token'),
      status: 401,
      body: { error: 'invalid_token', error_description: 'Unknown token' },
    },
  ],
}
