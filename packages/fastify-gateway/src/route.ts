import { parseDuration } from '@gatehouse/configuration'
import type { Policy } from '@gatehouse/verifier'
import type { CorsRules } from './cors.ts'
import { effectiveCors } from './defaults.ts'
import { compileSources, type Describe, describeWith, type HeaderSource } from './identity.ts'
import type { CorsOptions, RewriteOptions, RouteOptions } from './options.ts'
import type { Matchable } from './routes.ts'
import type { Supplier } from './supply.ts'
import type { Ambiguity } from './target.ts'

/** A route once parsed. */
export interface Route extends Matchable {
  readonly upstream: string
  /** Undefined on a public route. */
  readonly policy: Policy | undefined
  readonly sources: readonly HeaderSource[]
  /** What the upstream is told of a caller. */
  readonly describe: Describe
  readonly keepsCredentials: boolean
  readonly cors: CorsRules | undefined
  readonly allows: ReadonlySet<Ambiguity>
  readonly rewrite: (path: string) => string
  /** Seconds for which a stream outlives its token. */
  readonly grace: number
  /** What the upstream gets beyond the token's own claims; undefined: nothing. */
  readonly supply: Supplier | undefined
}

export function compileRoute(options: RouteOptions, policy: Policy | undefined, supply: Supplier | undefined): Route {
  const sources = compileSources(options.identity?.headers ?? {})
  return Object.freeze({
    path: options.path,
    host: options.host?.toLowerCase(),
    methods: options.methods === undefined ? undefined : new Set(options.methods),
    upstream: options.upstream,
    policy,
    sources,
    describe: describeWith(sources),
    keepsCredentials: options.identity?.token === 'forward',
    cors: options.cors === undefined ? undefined : compileCors(options.cors),
    allows: new Set(options.target?.allow ?? []),
    rewrite: compileRewrite(options.rewrite ?? {}),
    grace: parseDuration(options.stream?.grace ?? 0) ?? 0,
    supply,
  })
}

function compileCors(options: CorsOptions): CorsRules {
  const { origins, credentials, expose, maxAge } = effectiveCors(options)
  return {
    origins: new Set(origins),
    credentials,
    expose: ['WWW-Authenticate', ...expose].join(', '),
    maxAge: Math.floor(parseDuration(maxAge) ?? 0),
  }
}

/** The path below `stripPrefix` with `addPrefix` before it; nothing else of the matched path changes. */
function compileRewrite({ stripPrefix = '', addPrefix = '' }: RewriteOptions): (path: string) => string {
  if (stripPrefix === '' && addPrefix === '') return path => path
  return path => addPrefix + (path.slice(stripPrefix.length) || '/')
}
