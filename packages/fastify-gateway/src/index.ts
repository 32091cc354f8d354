export { type Checked, checkGateway } from './check.ts'
export { mintingOf } from './defaults.ts'
export {
  type RefusalAnswer,
  type RefusalCode,
  type RefusalFacts,
  renderRefusal,
  SHELL_REJECTIONS,
  type ShellCode,
  type ShellRule,
} from './errors.ts'
export { createFastForwarder } from './fast-forwarder.ts'
export type {
  Exchange,
  Forwarder,
  ForwarderFactory,
  ForwarderLoad,
  ForwardFailure,
  Tunnel,
  Upstream,
} from './forward.ts'
export type { GatewayLoad } from './gateway.ts'
export { DECISION_CHANNEL, type DecisionEvent } from './log.ts'
export { createNodeForwarder } from './node-forwarder.ts'
export {
  type CorsOptions,
  defineGateway,
  type GatewayOptions,
  type GrantOptions,
  type IdentityOptions,
  type LimitOptions,
  type MintingOptions,
  type MintOptions,
  type OpenApiRoutes,
  type RewriteOptions,
  type RouteOptions,
  type RouteSource,
  type UpstreamOptions,
} from './options.ts'
export { EVENTS_PATH, JWKS_PATH, LOGOUT_PATH } from './own-paths.ts'
export { gateway as default, gateway } from './plugin.ts'
export { type Revocation, readRevocation } from './revoke.ts'
export { gatewaySchema, routesSchema, upstreamsSchema } from './schema.ts'
export type { GatewayState } from './state.ts'
export type { RouteRow } from './table.ts'
