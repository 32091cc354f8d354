import { json } from '../../http/answers.ts'
import type { Operations } from './call.ts'

/** The tenant as new: users, clients, APIs, keys, clock, faults, journal and every token. */
export const reset: Operations = {
  POST: {
    handle: ({ exchange }) => {
      exchange.tenant.reset()
      return json({})
    },
  },
}
