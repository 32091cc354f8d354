import { ConfigurationError } from '@gatehouse/configuration'
import { endpointNamed, explainEndpoint } from '../../engine/endpoint-names.ts'
import { type FaultOptions, faultSchema } from '../../engine/fault-options.ts'
import { json } from '../../http/answers.ts'
import type { Answer } from '../../http/message.ts'
import { type Call, type Operations, refuse, refuseProblems } from './call.ts'

export const faults: Operations = {
  GET: { handle: ({ exchange }) => json(exchange.tenant.faults.list()) },
  POST: { body: faultSchema, handle: addFault },
  DELETE: { handle: liftFaults },
}

function addFault({ exchange, body }: Call): Answer {
  try {
    return json(exchange.tenant.faults.add(body as FaultOptions), 201)
  } catch (error) {
    if (error instanceof ConfigurationError) return refuseProblems(error.problems)
    throw error
  }
}

/** All of them, or with `?endpoint=` or `?id=` those. */
function liftFaults({ exchange, query }: Call): Answer {
  const word = query.get('endpoint')
  const id = query.get('id')
  const endpoint = word === null ? undefined : endpointNamed(word)
  if (word !== null && endpoint === undefined) return refuse(`endpoint: ${explainEndpoint(word)}`)
  const which = { ...(endpoint === undefined ? {} : { endpoint }), ...(id === null ? {} : { id }) }
  return json({ removed: exchange.tenant.faults.remove(which) })
}
