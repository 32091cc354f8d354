import { type Api, apisOf } from './apis.ts'
import { Refusal } from './refusal.ts'
import type { TokenFormat } from './settings.ts'
import type { Tenant } from './tenant.ts'
import { parseUrl } from './url.ts'

/** RFC 8707 section 2: `resource` is an absolute URI without a fragment; `audience` (RFC 8693 section 2.1) is any name. */
export function judgeAudience(resources: readonly string[], audiences: readonly string[]): readonly string[] | Refusal {
  for (const resource of resources) {
    if (parseUrl(resource) === undefined || resource.includes('#')) {
      return new Refusal('invalid_target', 'resource: must be an absolute URI without a fragment (RFC 8707 section 2)')
    }
  }
  if (audiences.some(audience => audience === '')) return new Refusal('invalid_target', 'audience: must not be empty')
  return [...new Set([...resources, ...audiences])]
}

/** What an access token is for, and so what it looks like. */
export interface Target {
  readonly audience: readonly string[]
  readonly format: TokenFormat
  readonly lifetime: number
}

/**
 * The audience asked for; else that of the API connections whose scopes were granted; else the tenant's default, which is the issuer. Format and
 * lifetime are the first such API connection's; else the tenant's.
 */
export function chooseTarget(tenant: Tenant, asked: readonly string[], scope: readonly string[]): Target {
  const { settings } = tenant
  const apis: readonly Api[] = apisOf(tenant.apis, asked, scope)
  const fallback = apis.length > 0 ? apis.map(api => api.audience) : [settings.audience ?? tenant.issuer]
  return {
    audience: asked.length > 0 ? asked : fallback,
    format: apis.find(api => api.format !== undefined)?.format ?? settings.accessToken.format,
    lifetime: apis.find(api => api.lifetime !== undefined)?.lifetime ?? settings.accessToken.lifetime,
  }
}

/** RFC 7519 section 4.1.3: a single audience is a string. */
export const toAud = (audience: readonly string[]): string | readonly string[] =>
  audience.length === 1 && audience[0] !== undefined ? audience[0] : audience
