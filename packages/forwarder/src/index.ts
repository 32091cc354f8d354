export type { UpstreamLimits, UpstreamOptions } from './options.ts'
export type { Failure, Order } from './order.ts'
export { type Ports, systemPorts } from './ports.ts'
export { endWhole } from './response.ts'
export {
  createUpstream,
  type Upstream,
  type UpstreamState,
} from './upstream.ts'
