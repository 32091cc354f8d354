export { checkFieldLines, type FieldLines, joinFieldLines, NO_FIELD_LINES } from './field-lines.ts'
export { anticipatesContent, isIdempotent } from './grammar.ts'
export type { UpstreamLimits, UpstreamOptions } from './options.ts'
export type { Failure, Order } from './order.ts'
export { type Ports, systemPorts } from './ports.ts'
export { endWhole } from './response.ts'
export { atEndOfTurn, type Task } from './turn.ts'
export {
  createUpstream,
  type Upstream,
  type UpstreamState,
} from './upstream.ts'
