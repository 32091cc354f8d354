import { REJECTIONS, type Rejection } from './rejections.ts'

/** What a challenge says beside the refusal itself. */
export interface ChallengeContext {
  /** Scopes of the route: told to a caller that sent no credential, so that it knows what to ask for. */
  readonly scopes?: readonly string[]
  /** URL of the resource's metadata (RFC 9728 section 5.1). */
  readonly resourceMetadata?: string
  /** The scheme that the caller used, or must use. Default `Bearer`. */
  readonly scheme?: 'Bearer' | 'DPoP'
  /** JWS algorithms accepted in proofs; said with `DPoP` only (RFC 9449 section 7.1). */
  readonly algorithms?: readonly string[]
}

interface Remembered {
  readonly resourceMetadata: string | undefined
  readonly challenge: string | undefined
}

/** Challenges of one route. A refusal that says nothing but its code gets the same one every time. */
export class Challenges {
  readonly #known = new Map<Rejection['code'], Remembered>()

  /** `make` depends on the route, the rejection and `resourceMetadata`, and on nothing else. */
  find(rejection: Rejection, resourceMetadata: string | undefined, make: () => string | undefined): string | undefined {
    if (rejection.detail !== undefined) return make()
    const known = this.#known.get(rejection.code)
    if (known !== undefined && known.resourceMetadata === resourceMetadata) return known.challenge
    const challenge = make()
    this.#known.set(rejection.code, { resourceMetadata, challenge })
    return challenge
  }
}

/**
 * Value of WWW-Authenticate for a refusal: RFC 6750 section 3, RFC 9449 section 7.1, RFC 9470 section 3, RFC 9728 section 5.1. Undefined
 * where there is nothing to challenge (503). Without a credential there is no `error` (RFC 6750 section 3.1). Says the table's sentence
 * and what the route demands; never anything of the token.
 */
export function describeChallenge(rejection: Rejection, context: ChallengeContext = {}): string | undefined {
  const rule = REJECTIONS[rejection.code]
  if (rule.status === 503) return undefined
  const scheme = context.scheme ?? 'Bearer'
  const parameters: (readonly [string, string])[] = []
  if (rule.error !== null) {
    parameters.push(['error', wantsNonce(rejection) ? 'use_dpop_nonce' : rule.error], ['error_description', rule.say])
  }
  parameters.push(...detailsOf(rejection, context))
  if (scheme === 'DPoP' && context.algorithms !== undefined) parameters.push(['algs', context.algorithms.join(' ')])
  if (context.resourceMetadata !== undefined) parameters.push(['resource_metadata', context.resourceMetadata])
  // A scheme without any parameter is not allowed (RFC 6750 section 3).
  if (parameters.length === 0) parameters.push(['realm', 'gatehouse'])
  return `${scheme} ${parameters.map(([name, value]) => `${name}=${quote(value)}`).join(', ')}`
}

function detailsOf(rejection: Rejection, { scopes = [] }: ChallengeContext): (readonly [string, string])[] {
  switch (rejection.code) {
    case 'credential_missing':
      return scopes.length > 0 ? [['scope', scopes.join(' ')]] : []
    case 'scope_missing':
      return [['scope', rejection.detail.scopes.join(' ')]]
    case 'step_up_required': {
      const { acr, maxAge } = rejection.detail
      const classes = acr.length > 0 ? ([['acr_values', acr.join(' ')]] as const) : []
      return maxAge === undefined ? [...classes] : [...classes, ['max_age', String(Math.floor(maxAge))]]
    }
    default:
      return []
  }
}

const wantsNonce = (rejection: Rejection): boolean =>
  rejection.code === 'proof_invalid' && rejection.detail.wantsNonce === true

/** RFC 9110 section 5.6.4. What no header may hold is dropped. */
const quote = (value: string): string =>
  `"${value.replace(/[^\x20-\x7e]/g, '').replace(/["\\]/g, escaped => `\\${escaped}`)}"`
