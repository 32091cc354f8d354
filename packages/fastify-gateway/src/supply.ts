import type { Claims } from '@gatehouse/protocol'
import { accept, type Outcome, type Principal, type TokenWish, type Verifier } from '@gatehouse/verifier'
import type { Mint, Minting } from './minting.ts'
import type { GrantOptions, MintOptions, RouteOptions, UpstreamOptions } from './options.ts'

/** What a route's upstream is given of a caller beyond the token's own claims. */
export interface Supply {
  /** Claims that headers and minted tokens are made of, in place of the principal's own. */
  readonly claims: Claims | undefined
  /** Value of Authorization for the upstream. */
  readonly authorization: string | undefined
  /** To be called where the upstream answers 401: it does not take the token. */
  readonly refused: (() => void) | undefined
}

type Sooner<T> = Outcome<T> | Promise<Outcome<T>>

/** `token` gives the caller's token, of a principal that is not null. Answers at once what is remembered. */
export type Supplier = (principal: Principal | null, token: () => string) => Sooner<Supply>

/** What gets a token for the upstream, knowing the claims of the caller. */
type Bringer = (principal: Principal | null, claims: Claims, token: () => string) => Sooner<Supply>

const NONE: Claims = Object.freeze({})

/** Undefined where the route needs nothing of the kind: then nothing is paid for it. */
export function compileSupplier(
  { identity }: RouteOptions,
  { token, url }: UpstreamOptions,
  verifier: Verifier,
  minting: Minting | undefined,
): Supplier | undefined {
  const bring = compileBringer(identity, token, verifier, minting && (own => minting.mintFor(own, new URL(url).origin)))
  if (identity?.userinfo !== true) {
    return bring && ((principal, token) => bring(principal, principal?.claims ?? NONE, token))
  }
  const enrich = compileEnrichment(verifier)
  return (principal, token) => {
    if (principal === null) return bring?.(null, NONE, token) ?? accept(only(undefined))
    return after(enrich(principal, token), claims => bring?.(principal, claims, token) ?? accept(only(claims)))
  }
}

const only = (claims: Claims | undefined): Supply => ({ claims, authorization: undefined, refused: undefined })

function compileBringer(
  identity: RouteOptions['identity'],
  token: UpstreamOptions['token'],
  verifier: Verifier,
  mintFor: MintFor | undefined,
): Bringer | undefined {
  if (identity?.token === 'exchange') return compileExchange(identity.exchange ?? {}, verifier)
  if (identity?.token === 'mint') return compileMinted(identity.mint ?? {}, mintFor)
  return token && compileOwn(token, verifier)
}

type MintFor = (own: MintOptions) => Mint

function compileMinted(options: MintOptions, mintFor: MintFor | undefined) {
  const mint = mintFor?.(options)
  const bring: Bringer = (principal, claims) => {
    if (principal === null || mint === undefined) throw new Error('there is nobody to mint a token for')
    return accept({ claims, authorization: `Bearer ${mint(principal, claims)}`, refused: undefined })
  }
  return bring
}

/** RFC 8693, at the issuer of the caller's token. What comes of it is never the caller's own token. */
function compileExchange(options: GrantOptions, verifier: Verifier): Bringer {
  const wanted = wishOf(options)
  return (principal, claims, token) => {
    if (principal === null) throw new Error('there is no token to exchange')
    const client = verifier.tokens(principal.issuerName)
    const wish = { ...wanted, subjectToken: token(), notAfter: principal.expiresAt }
    return after(client.exchange(wish), ({ accessToken }) =>
      accept({
        claims,
        authorization: `Bearer ${accessToken}`,
        refused: () => client.forget(wish, accessToken),
      }),
    )
  }
}

/** A token of the gateway's own (RFC 6749 section 4.4), whoever calls. */
function compileOwn({ issuer, ...options }: NonNullable<UpstreamOptions['token']>, verifier: Verifier): Bringer {
  const wish = wishOf(options)
  const client = verifier.tokens(issuer)
  return (principal, claims) =>
    after(client.obtain(wish), ({ accessToken }) =>
      accept({
        claims: principal === null ? undefined : claims,
        authorization: `Bearer ${accessToken}`,
        refused: () => client.forget(wish, accessToken),
      }),
    )
}

function wishOf({ audience, scope, resource }: GrantOptions): TokenWish {
  return {
    ...(audience === undefined ? {} : { audience: listOf(audience) }),
    ...(resource === undefined ? {} : { resource: listOf(resource) }),
    ...(scope === undefined ? {} : { scope: listOf(scope) }),
  }
}

const listOf = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value)

/**
 * The claims of the token with those that the userinfo endpoint adds (OpenID Connect Core 1.0 section 5.3): what the token says stays.
 * Put together once for each answer.
 */
function compileEnrichment(verifier: Verifier): (principal: Principal, token: () => string) => Sooner<Claims> {
  const known = new WeakMap<Principal, { readonly told: Claims; readonly claims: Claims }>()
  return (principal, token) =>
    after(verifier.userinfo(principal.issuerName).find(token(), principal.subject), told => {
      const before = known.get(principal)
      if (before?.told === told) return accept(before.claims)
      const claims: Claims = Object.freeze({ ...told, ...principal.claims })
      known.set(principal, { told, claims })
      return accept(claims)
    })
}

/** At once where the value is there, and as a promise where it is not. */
function after<A, B>(value: Sooner<A>, next: (value: A) => Sooner<B>): Sooner<B> {
  if (value instanceof Promise) return value.then(outcome => (outcome.ok ? next(outcome.value) : outcome))
  return value.ok ? next(value.value) : value
}
