import type { RouteRow } from '@gatehouse/fastify-gateway'

export const HEAD = ['PATH', 'METHODS', 'UPSTREAM', 'ISSUERS', 'REQUIRES', 'SENDS'] as const

/** One route for people: where, from whom, what is asked, what the upstream is told. */
export const rowOf = (route: RouteRow): string[] => [
  route.host === null ? route.path : `${route.host}${route.path}`,
  route.methods.join(',') || 'any',
  route.upstream,
  route.auth === 'public' ? '-' : route.issuers.join(', '),
  route.auth === 'public' ? 'public' : describeDemands(route),
  describeAsserted(route),
]

function describeDemands(route: RouteRow): string {
  const demands = [
    named('audience', route.audience, ' or '),
    named('scope', route.scopes, ' and '),
    named('scope', route.anyScope, ' or '),
    named('client', route.clients, ' or '),
    ...Object.entries(route.claims).map(([claim, demand]) => `${claim} ${describeDemand(demand)}`),
    named('acr', route.acr, ' or '),
    route.maxAge === null ? '' : `authenticated within ${route.maxAge}`,
    route.proof === 'dpop' || route.proof === 'mtls' ? `proof ${route.proof}` : '',
  ].filter(demand => demand !== '')
  return demands.length === 0 ? 'any valid token' : demands.join('; ')
}

const named = (name: string, values: readonly string[], between: string): string =>
  values.length === 0 ? '' : `${name} ${values.join(between)}`

function describeDemand(demand: unknown): string {
  if (typeof demand === 'object' && demand !== null) {
    if ('contains' in demand) return `contains ${JSON.stringify(demand.contains)}`
    if ('oneOf' in demand && Array.isArray(demand.oneOf))
      return `= ${demand.oneOf.map(value => JSON.stringify(value)).join(' or ')}`
  }
  return `= ${JSON.stringify(demand)}`
}

/** What is asserted; the four headers that every authenticated route has are said in one. */
function describeAsserted({ auth, headers, authorization, userinfo, grace }: RouteRow): string {
  const own = Object.entries(headers).filter(([name]) => !name.startsWith('x-gatehouse-'))
  const parts = [...(auth === 'public' ? [] : ['x-gatehouse-*']), ...own.map(([name, source]) => `${name}=${source}`)]
  if (userinfo) parts.push('claims of userinfo too')
  if (authorization !== null) parts.push(`authorization=${authorization}`)
  if (grace !== '0s' && grace !== 0) parts.push(`streams ${grace} longer than the token`)
  return parts.join(', ') || '-'
}
