import { endpointNamed, explainEndpoint } from '../../engine/endpoint-names.ts'
import type { TakeOptions } from '../../engine/journal.ts'
import { json } from '../../http/answers.ts'
import type { Answer } from '../../http/message.ts'
import { type Call, type Operations, refuse } from './call.ts'

export const requests: Operations = {
  GET: { handle: readJournal },
  DELETE: {
    handle: ({ exchange }) => {
      exchange.tenant.journal.clear()
      return json({})
    },
  },
}

/** Waits for a request, as a test does in process; each is given out once. */
export const taking: Operations = {
  POST: {
    body: {
      type: 'object',
      additionalProperties: false,
      description: 'an object such as { "endpoint": "token", "timeout": "5s" }',
      properties: {
        endpoint: { type: 'string', description: "an endpoint's name, such as token" },
        client_id: { type: 'string', minLength: 1, description: "a client's id" },
        timeout: {
          type: ['number', 'string'],
          description: 'a duration such as 500ms or 5s; a bare number is seconds',
        },
      },
    },
    handle: takeRequest,
  },
}

async function takeRequest({ exchange, body }: Call): Promise<Answer> {
  try {
    return json(await exchange.tenant.journal.take(body as TakeOptions, exchange.question.onGone))
  } catch (error) {
    if (error instanceof TypeError) return refuse(error.message)
    if (error instanceof Error && error.name === 'TimeoutError') return refuse(error.message, 404, 'not_found')
    throw error
  }
}

function readJournal({ exchange, query }: Call): Answer {
  const { journal } = exchange.tenant
  const word = query.get('endpoint')
  const most = query.get('limit')
  if (most !== null && !/^[1-9]\d{0,5}$/.test(most)) return refuse('limit: must be a whole number from 1')
  const limit = most === null ? {} : { limit: Number(most) }
  if (word === null) return json(journal.list(limit))
  const endpoint = endpointNamed(word)
  return endpoint === undefined
    ? refuse(`endpoint: ${explainEndpoint(word)}`)
    : json(journal.list({ endpoint, ...limit }))
}
