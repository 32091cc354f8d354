import type { TokenClient } from './client/token-client.ts'
import type { UserinfoClient } from './client/userinfo.ts'
import type { Inbound } from './inbound.ts'
import type { IssuerStatus } from './issuer/health.ts'
import type { PolicyOptions } from './options.ts'
import type { Refused } from './outcome.ts'
import type { Policy } from './policy/policy.ts'
import type { Principal } from './principal.ts'
import type { Rejection } from './rejections.ts'
import type { Revocations } from './revocation/revocations.ts'
import type { Sooner } from './token/in-turn.ts'

export interface Verifier<N extends string = string> {
  /** Compiles what a route demands, once, at start. Throws a ConfigurationError with every problem below `path`. */
  policy(options: PolicyOptions<N>, path?: string): Policy<N>
  /**
   * The principal behind a request, or why there is none. Answers at once where the facts are remembered, with a promise otherwise. Never
   * rejects for what a client or an issuer sends. Does not look at the method, the target or the body, nor at tokens outside Authorization.
   */
  authenticate(inbound: Inbound, policy: Policy<N>): Sooner<Principal<N>>
  /**
   * Why a request is refused, where that takes no signature, no question and hardly any time; undefined says nothing about it. For who has no
   * time for `authenticate`, so that a bad token is told so nevertheless.
   */
  glance(inbound: Pick<Inbound, 'rawHeaders'>, policy: Policy<N>): Refused | undefined
  /** Value of WWW-Authenticate for a refusal; undefined where there is nothing to challenge (503). */
  challenge(rejection: Rejection, policy: Policy<N>, resourceMetadata?: string): string | undefined
  /** How each issuer fares, for readiness and operators. */
  status(): readonly IssuerStatus[]
  /** Ends tokens before their time. */
  readonly revocations: Revocations
  /**
   * Gets tokens of the gateway's own from an issuer, with the credentials of `introspection.client`; one for each issuer. Throws a TypeError
   * for an issuer that is not configured or has no credentials there.
   */
  tokens(issuer: N): TokenClient
  /** Asks an issuer about its users; one for each issuer. Throws a TypeError for an issuer that is not configured. */
  userinfo(issuer: N): UserinfoClient
}
