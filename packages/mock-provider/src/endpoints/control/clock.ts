import type { Tenant } from '../../engine/tenant.ts'
import { json } from '../../http/answers.ts'
import type { Answer } from '../../http/message.ts'
import { type Call, type Operations, refuse } from './call.ts'

const TIME = 'seconds since 1970, or a date such as 2030-01-01T00:00:00Z'

export const clock: Operations = {
  GET: { handle: ({ exchange }) => show(exchange.tenant) },
  POST: {
    body: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      description: 'an object with now, advance or freeze',
      properties: {
        now: { type: ['number', 'string'], description: TIME },
        advance: {
          type: ['number', 'string'],
          description: 'a duration such as 30s, 10m, 1h or -5m; a bare number is seconds',
        },
        freeze: { type: 'boolean', description: 'true, or false to let it run on' },
      },
    },
    handle: setClock,
  },
}

/** Sets, then moves, then freezes or lets run, so that one call can do all three. Nothing is changed where any of it is wrong. */
function setClock({ exchange, body }: Call): Answer {
  const { clock: ours } = exchange.tenant
  const { now, advance, freeze } = body as { now?: number | string; advance?: number | string; freeze?: boolean }
  const seconds = typeof now === 'string' ? Date.parse(now) / 1000 : now
  if (Number.isNaN(seconds)) return refuse(`now: is no time (${TIME})`)
  try {
    if (seconds !== undefined) ours.set(seconds)
    if (advance !== undefined) ours.advance(advance)
  } catch (error) {
    if (error instanceof RangeError) return refuse(error.message)
    throw error
  }
  if (freeze === true) ours.freeze()
  if (freeze === false) ours.resume()
  return show(exchange.tenant)
}

const show = ({ clock: ours }: Tenant): Answer => json({ now: ours.now(), frozen: ours.frozen })
