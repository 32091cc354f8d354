import type { Rotation } from '../../engine/keys.ts'
import { Refusal } from '../../engine/refusal.ts'
import { json, refused } from '../../http/answers.ts'
import type { Answer } from '../../http/message.ts'
import type { Call, Operations } from './call.ts'

export const keys: Operations = {
  GET: { handle: ({ exchange }) => json(exchange.tenant.keys.list()) },
}

export const rotation: Operations = {
  POST: {
    body: {
      type: 'object',
      additionalProperties: false,
      description: 'an object such as { "alg": "RS256", "publish": "late" }',
      properties: {
        alg: { type: 'string', description: 'a signature algorithm such as RS256' },
        publish: { enum: ['now', 'late', 'never'], description: 'now, late or never' },
        retireOld: { type: 'boolean', description: 'true takes the old keys out of the JWKS at once' },
      },
    },
    handle: rotateKeys,
  },
}

function rotateKeys({ exchange, body }: Call): Answer {
  const made = exchange.tenant.keys.rotate(body as Rotation)
  return made instanceof Refusal ? refused(made) : json(made)
}
