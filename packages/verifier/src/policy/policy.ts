import { ConfigurationError, parseDuration } from '@gatehouse/configuration'
import type { IssuerConfig } from '../issuer/config.ts'
import type { PolicyOptions } from '../options.ts'
import { checkPolicy } from './check.ts'
import { type ClaimRule, compileClaimRule, parseClaimKey } from './claims.ts'

/** What an issuer's own configuration adds to a route's demands. */
export interface IssuerTerms {
  /** Undefined where the user wrote `unchecked`. */
  readonly audience: ReadonlySet<string> | undefined
  /** Seconds. */
  readonly clockTolerance: number
}

/** A route's demands, parsed once and frozen. Made only by `compilePolicy`. */
export interface Policy<Names extends string = string> {
  /** Names of the issuers allowed here, in the order written; every configured one where none is. */
  readonly issuers: readonly Names[]
  readonly terms: ReadonlyMap<string, IssuerTerms>
  readonly audience: ReadonlySet<string> | undefined
  readonly scopes: readonly string[]
  readonly anyScope: readonly string[]
  readonly clients: ReadonlySet<string> | undefined
  readonly claims: readonly ClaimRule[]
  readonly acr: readonly string[]
  /** Seconds. */
  readonly maxAge: number | undefined
  readonly proof: 'any' | 'dpop' | 'mtls'
}

/** Parses a route's `auth`. Throws a ConfigurationError that lists every problem below `path`. */
export function compilePolicy<Names extends string>(
  options: PolicyOptions<Names>,
  issuers: ReadonlyMap<string, IssuerConfig>,
  path: string,
): Policy<Names> {
  const problems = checkPolicy(options, issuers, path)
  if (problems.length > 0) throw new ConfigurationError(problems)
  const allowed = options.issuers ?? ([...issuers.keys()] as Names[])
  return Object.freeze({
    issuers: Object.freeze([...allowed]),
    terms: new Map(allowed.flatMap(name => termsOf(name, issuers.get(name)))),
    audience: setOf(options.audience),
    scopes: listOf(options.scopes),
    anyScope: listOf(options.anyScope),
    clients: setOf(options.clients),
    claims: compileClaims(options.claims ?? {}),
    acr: listOf(options.acr),
    maxAge: options.maxAge === undefined ? undefined : parseDuration(options.maxAge),
    proof: options.proof ?? 'any',
  })
}

const termsOf = (name: string, config: IssuerConfig | undefined): [string, IssuerTerms][] =>
  config === undefined ? [] : [[name, { audience: config.audience, clockTolerance: config.clockTolerance }]]

const setOf = (list: readonly string[] | undefined): ReadonlySet<string> | undefined =>
  list === undefined ? undefined : new Set(list)

const listOf = (list: readonly string[] | undefined): readonly string[] => Object.freeze([...(list ?? [])])

const compileClaims = (claims: NonNullable<PolicyOptions['claims']>): readonly ClaimRule[] =>
  Object.freeze(
    Object.entries(claims).flatMap(([key, demand]) => {
      const parts = parseClaimKey(key)
      return parts === undefined ? [] : [Object.freeze(compileClaimRule(parts, demand))]
    }),
  )
