import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { DECISION_CHANNEL, type DecisionEvent } from '@gatehouse/fastify-gateway'
import type { Logger } from 'pino'

/** A line for every request that was not refused; refusals have theirs already. Costs nothing unless the level is `debug`. */
export function logDecisions(log: Logger): () => void {
  if (!log.isLevelEnabled('debug')) return () => undefined
  const onDecision = (message: unknown) => {
    const event = message as DecisionEvent
    if (event.outcome === 'forwarded' || event.outcome === 'preflight') log.debug({ ...event }, 'request')
  }
  subscribe(DECISION_CHANNEL, onDecision)
  return () => void unsubscribe(DECISION_CHANNEL, onDecision)
}
