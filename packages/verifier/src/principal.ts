import type { Claims, Confirmation, EpochSeconds, Issuer } from '@gatehouse/protocol'

declare const verified: unique symbol

/** Where the facts come from: a signature checked here, the issuer's answer, or both. */
export type Source = 'jwt' | 'introspection' | 'both'

/** A verified subject with its claims and their source. Only the verifier makes one. */
export interface Principal<Names extends string = string> {
  readonly [verified]: true
  readonly source: Source
  /** The configuration's name of the issuer. */
  readonly issuerName: Names
  /** The configured issuer string. */
  readonly issuer: Issuer
  readonly subject: string | undefined
  /** `client_id`, else `azp`, else `cid`. */
  readonly client: string | undefined
  readonly scopes: readonly string[]
  readonly audience: readonly string[]
  /** Undefined only where the issuer says that the token never expires. */
  readonly expiresAt: EpochSeconds | undefined
  readonly confirmation: Confirmation | undefined
  readonly claims: Claims
}

/** The verifier's own constructor; everything else receives principals and cannot make them. */
export const makePrincipal = <Names extends string>(facts: Omit<Principal<Names>, typeof verified>): Principal<Names> =>
  Object.freeze(facts) as Principal<Names>
