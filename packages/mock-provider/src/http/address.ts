import type { EndpointName } from '../engine/endpoint-names.ts'
import type { Tenant } from '../engine/tenant.ts'
import type { Exchange } from './endpoint.ts'
import { PAGE_LAYOUT, STANDARD_LAYOUT } from './layout.ts'
import type { Question } from './message.ts'

/** Endpoints that a browser is sent to; the others are asked by clients themselves. */
const FOR_BROWSERS: ReadonlySet<EndpointName> = new Set(['authorize', 'logout', 'device_verification', 'check_session'])

/**
 * Where an endpoint is: at the issuer's address, unless the option `origins` says that browsers or clients reach the provider elsewhere, as
 * containers do.
 */
export function addressTo({ tenant, question }: Pick<Exchange, 'tenant' | 'question'>, name: EndpointName): string {
  const { browser, backChannel } = tenant.settings.origins
  const chosen = FOR_BROWSERS.has(name) ? browser : backChannel
  const origin = chosen === 'request' ? question.origin : chosen
  const base = tenant.address.replace(/\/$/, '')
  const path = STANDARD_LAYOUT[name] ?? PAGE_LAYOUT[name] ?? ''
  return origin === undefined || !URL.canParse(base)
    ? `${base}${path}`
    : `${origin}${base.slice(new URL(base).origin.length)}${path}`
}

/** The address that a question was sent to, by the issuer's origin: a proxy may stand between it and the listener. */
export const addressOf = ({ issuer }: Tenant, { path }: Question): string =>
  `${URL.canParse(issuer) ? new URL(issuer).origin : ''}${path}`

/** The addresses by which a client may have meant this question: the published ones, and the one that it used on the way. */
export function addressesOf(tenant: Tenant, question: Question): readonly string[] {
  const { browser, backChannel } = tenant.settings.origins
  const published = [browser, backChannel].filter(origin => origin !== undefined && origin !== 'request')
  return [addressOf(tenant, question), ...[question.origin, ...published].map(origin => `${origin}${question.path}`)]
}
