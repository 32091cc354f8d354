import { endpointNamed, explainEndpoint } from '../../engine/endpoint-names.ts'
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
