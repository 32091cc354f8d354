import { checkToken } from '../../engine/token-checks.ts'
import { json } from '../../http/answers.ts'
import type { Operations } from './call.ts'

/** A token from whatever source, read and judged as its issuer would. */
export const verifications: Operations = {
  POST: {
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['token'],
      description: 'an object with a token',
      properties: { token: { type: 'string', minLength: 1, description: 'a token, as text' } },
    },
    handle: ({ exchange, body }) => json(checkToken(exchange.tenant, String(body.token))),
  },
}
