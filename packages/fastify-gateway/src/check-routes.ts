import { METHODS } from 'node:http'
import { memberPath, nearest, type Problem } from '@gatehouse/configuration'
import { checkPolicy, type IssuerConfig } from '@gatehouse/verifier'
import { checkOverlaps } from './check-overlaps.ts'
import { checkSupply, type Supplies } from './check-supply.ts'
import type { FoundItem } from './expand.ts'
import { foldName } from './headers.ts'
import { isMappable, isSource } from './identity.ts'
import type { RouteOptions } from './options.ts'
import { hasTemplate, isTemplate, literalOf, segmentsOf } from './paths.ts'
import { isRecord } from './record.ts'
import { judgeTarget } from './target.ts'

/** A route as it was found: any member may be absent or of another type. */
export type FoundRoute = { readonly [M in keyof RouteOptions]?: unknown }

/** What routes are judged by. */
export interface RouteContext extends Supplies {
  /** Whether the gateway can know the origin that clients see. */
  readonly knowsOrigin: boolean
}

/** What the schema cannot say of routes: names that lead nowhere, paths with two readings, mappings that collide, routes that overlap. */
export function checkRoutes(routes: readonly FoundItem[], context: RouteContext): Problem[] {
  const { issuers, upstreams, configs } = context
  // An issuer with a mistake of its own is still a name that routes may use.
  const known = new Map<string, IssuerConfig>(configs)
  const first = [...configs.values()][0]
  if (isRecord(issuers) && first !== undefined) {
    for (const name of Object.keys(issuers)) if (!known.has(name)) known.set(name, first)
  }
  const canJudgeIssuers = !isRecord(issuers) || first !== undefined
  const problems = routes.flatMap(({ route, at, shared }) => {
    if (!isRecord(route)) return []
    return [
      ...checkPath(route, at),
      ...checkHost(route.host, `${shared}.host`),
      ...checkMethods(route.methods, `${shared}.methods`),
      ...checkUpstreamName(route.upstream, upstreams, `${shared}.upstream`),
      ...checkRewrite(route, shared),
      ...(isRecord(route.auth) && canJudgeIssuers ? checkPolicy(route.auth, known, `${shared}.auth`) : []),
      ...checkProof(route, context, shared),
      ...checkIdentity(route, shared),
      ...checkSupply(route, context, shared),
      ...checkCors(route.cors, `${shared}.cors`),
    ]
  })
  return [...problems, ...checkOverlaps(routes)]
}

function checkPath({ path, target }: FoundRoute, at: string): Problem[] {
  if (typeof path !== 'string' || path === '') return []
  const problem = (message: string, allowed: string): Problem[] => [{ path: `${at}.path`, message, allowed }]
  if (!path.startsWith('/')) return problem('does not begin with a slash', '/orders or /orders/*')
  if (/\/:/.test(path)) return problem('has a parameter', 'an exact path, {name} for a segment, or a final /*')
  if (segmentsOf(path).some(segment => hasTemplate(segment) && !isTemplate(segment))) {
    return problem('has braces that are no template', 'a whole segment such as {id}')
  }
  const literal = literalOf(path)
  if (literal.includes('*')) return problem('has a * that is not the last segment', 'an exact path, or a final /*')
  const filled = literal.replace(/\{[^/]*\}/g, 'x')
  const judged = judgeTarget(filled)
  const isPlain = judged !== undefined && (judged.concerns.length > 0 || judged.reading === filled)
  if (!isPlain || judged.query !== '' || judged.key !== filled) {
    return problem(
      'can be read in more than one way',
      'a canonical path without query, dot segments and needless encoding',
    )
  }
  const allowed = isRecord(target) && Array.isArray(target.allow) ? target.allow : []
  const concern = judged.concerns.find(each => !allowed.includes(each))
  return concern === undefined
    ? []
    : problem(`has ${concern}, which this route does not allow`, 'name it in target.allow')
}

const HOST = /^(?:[a-z0-9][a-z0-9._-]*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/

function checkHost(host: unknown, at: string): Problem[] {
  if (typeof host !== 'string' || host === '' || HOST.test(host.toLowerCase())) return []
  return [
    { path: at, message: 'is no host name', allowed: 'a name such as api.example.com, with a port if it matters' },
  ]
}

function checkMethods(methods: unknown, at: string): Problem[] {
  if (!Array.isArray(methods)) return []
  return methods.flatMap((method: unknown, index) => {
    if (typeof method !== 'string' || method === '') return []
    if (METHODS.includes(method) && method !== 'CONNECT') return []
    const meant = nearest(method, METHODS)
    const hint = meant === undefined ? '' : `, did you mean ${meant}?`
    return [
      { path: `${at}[${index}]`, message: `is no method that can be routed${hint}`, allowed: 'such as GET or POST' },
    ]
  })
}

function checkUpstreamName(name: unknown, upstreams: unknown, at: string): Problem[] {
  if (typeof name !== 'string' || name === '' || !isRecord(upstreams) || Object.hasOwn(upstreams, name)) return []
  const known = Object.keys(upstreams)
  const meant = nearest(name, known)
  const hint = meant === undefined ? '' : `, did you mean ${meant}?`
  return [{ path: at, message: `is not a configured upstream${hint}`, allowed: `one of ${known.join(', ')}` }]
}

function checkRewrite({ path, rewrite }: FoundRoute, at: string): Problem[] {
  if (!isRecord(rewrite) || typeof path !== 'string') return []
  const problems: Problem[] = []
  for (const member of ['stripPrefix', 'addPrefix'] as const) {
    const prefix = rewrite[member]
    if (typeof prefix !== 'string' || prefix === '') continue
    const judged = judgeTarget(prefix)
    const isClean =
      judged?.key === prefix && judged.concerns.length === 0 && !prefix.endsWith('/') && !hasTemplate(prefix)
    const where = `${at}.rewrite.${member}`
    if (!isClean)
      problems.push({ path: where, message: 'is no canonical path', allowed: 'such as /v1, without a final slash' })
    else if (member === 'stripPrefix' && literalOf(path) !== prefix && !literalOf(path).startsWith(`${prefix}/`)) {
      problems.push({ path: where, message: 'does not begin the path', allowed: `leading segments of ${at}.path` })
    }
  }
  return problems
}

/** Proofs name the URL that the client sees (RFC 9449 section 4.2). */
function checkProof({ auth }: FoundRoute, { knowsOrigin }: RouteContext, at: string): Problem[] {
  if (knowsOrigin || !isRecord(auth) || auth.proof !== 'dpop') return []
  const allowed = 'publicUrl: the origin that clients see'
  return [{ path: `${at}.auth.proof`, message: 'needs publicUrl, since clients see a proxy', allowed }]
}

function checkIdentity({ auth, identity }: FoundRoute, at: string): Problem[] {
  if (!isRecord(identity)) return []
  const problems: Problem[] = []
  const headers = identity.headers
  if (!isRecord(headers)) return problems
  if (auth === 'public' && Object.keys(headers).length > 0) {
    const allowed = 'headers only on a route that asks for a token'
    problems.push({ path: `${at}.identity.headers`, message: 'has no claims to take from on a public route', allowed })
  }
  const seen = new Map<string, string>()
  for (const [header, source] of Object.entries(headers)) {
    const where = memberPath(`${at}.identity.headers`, header)
    const twin = seen.get(foldName(header))
    seen.set(foldName(header), header)
    if (!isMappable(header)) {
      const allowed = 'a header name that is not x-gatehouse-*, a credential, or a matter of the connection or body'
      problems.push({ path: where, message: 'cannot be asserted', allowed })
    } else if (twin !== undefined) {
      const allowed = 'names that differ in letters and digits'
      problems.push({ path: where, message: `is one with ${twin} to an upstream`, allowed })
    }
    if (typeof source === 'string' && source !== '' && !isSource(source)) {
      problems.push({
        path: where,
        message: 'is no JSON Pointer',
        allowed: 'a pointer in which ~ is followed by 0 or 1',
      })
    }
  }
  return problems
}

function checkCors(cors: unknown, at: string): Problem[] {
  if (!isRecord(cors) || !Array.isArray(cors.origins)) return []
  const origins: unknown[] = cors.origins
  const problems: Problem[] = []
  origins.forEach((origin, index) => {
    if (typeof origin !== 'string' || origin === '' || origin === '*' || isOrigin(origin)) return
    const allowed = 'scheme, host and a port that is not the default, such as https://app.example.com'
    problems.push({ path: `${at}.origins[${index}]`, message: 'is no origin as browsers send it', allowed })
  })
  if (!origins.includes('*')) return problems
  if (cors.credentials === true) {
    problems.push({
      path: `${at}.credentials`,
      message: 'cannot go with every origin',
      allowed: 'false, or listed origins',
    })
  }
  if (origins.length > 1) problems.push({ path: `${at}.origins`, message: 'has * beside others', allowed: '* alone' })
  return problems
}

const isOrigin = (text: string): boolean =>
  URL.canParse(text) && new URL(text).origin === text && new URL(text).protocol.startsWith('http')
