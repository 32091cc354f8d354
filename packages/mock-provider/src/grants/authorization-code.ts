import { createHash } from 'node:crypto'
import type { JsonObject } from '@gatehouse/protocol'
import { judgeAudience } from '../engine/audience.ts'
import { Refusal } from '../engine/refusal.ts'
import { isSecret } from '../engine/secret.ts'
import type { Code } from '../engine/store.ts'
import { narrowDetails } from './details.ts'
import type { GrantRequest, GrantType } from './grant.ts'
import { respondWithTokens } from './respond.ts'

/** RFC 6749 section 4.1.3 with RFC 7636. */
export const authorizationCode: GrantType = {
  grantType: 'authorization_code',
  allowPublic: true,
  handle: redeemCode,
}

function redeemCode(request: GrantRequest): JsonObject | Refusal {
  const { parameters } = request
  const value = parameters.one('code')
  if (value === undefined) return new Refusal('invalid_request', 'code: is missing')
  const code = findCode(request, value)
  if (code instanceof Refusal) return code
  const refusal =
    checkRedirectUri(code, parameters.one('redirect_uri')) ??
    checkVerifier(code, parameters.one('code_verifier')) ??
    checkProofKey(code, request)
  if (refusal !== undefined) return refusal
  const audience = narrowAudience(request, code.grant.audience)
  if (audience instanceof Refusal) return audience
  const details = narrowDetails(request, code.grant.details ?? [])
  if (details instanceof Refusal) return details
  code.used = true
  return respondWithTokens(request, {
    grant: code.grant,
    scope: code.grant.scope,
    audience,
    details,
    refresh: 'first',
    nonce: true,
    binding: { redeemed: value },
  })
}

/** A code is good once. A second use means that somebody else has it: all that came of it falls (RFC 6749 section 4.1.2). */
function findCode({ tenant, client }: GrantRequest, value: string): Code | Refusal {
  const code = tenant.store.codes.get(value)
  if (code === undefined || code.grant.clientId !== client.id || code.grant.revoked) {
    return new Refusal('invalid_grant', 'the code is unknown, expired, revoked or issued to another client')
  }
  if (code.used) {
    code.grant.revoked = true
    return new Refusal('invalid_grant', 'the code was used before; every token that came of it is revoked')
  }
  return code
}

function checkRedirectUri(code: Code, shown: string | undefined): Refusal | undefined {
  if (shown === code.redirectUri) return undefined
  return new Refusal(
    'invalid_grant',
    'redirect_uri: is not the one of the authorization request (RFC 6749 section 4.1.3)',
  )
}

/** RFC 7636 section 4.6; a verifier without a challenge is a downgrade (RFC 9700 section 2.1.1). */
function checkVerifier({ challenge }: Code, verifier: string | undefined): Refusal | undefined {
  if (challenge === undefined) {
    return verifier === undefined
      ? undefined
      : new Refusal('invalid_grant', 'code_verifier: the authorization request had no code_challenge')
  }
  if (verifier === undefined) return new Refusal('invalid_grant', 'code_verifier: is missing')
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier))
    return new Refusal('invalid_grant', 'code_verifier: must be 43 to 128 unreserved characters')
  const made = challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url')
  return isSecret(made, challenge.value)
    ? undefined
    : new Refusal('invalid_grant', 'code_verifier: does not match the code_challenge')
}

/** RFC 9449 section 10: a code that was asked for with `dpop_jkt` is redeemed by the holder of that key only. */
function checkProofKey({ dpopJkt }: Code, { confirmation }: GrantRequest): Refusal | undefined {
  if (dpopJkt === undefined || confirmation?.jkt === dpopJkt) return undefined
  return new Refusal('invalid_grant', 'DPoP: the proof is not by the key of dpop_jkt (RFC 9449 section 10)')
}

/** The token request may ask for less than was granted, never for more (RFC 8707 section 2.2). */
export function narrowAudience({ parameters }: GrantRequest, granted: readonly string[]): readonly string[] | Refusal {
  const asked = judgeAudience(parameters.all('resource'), parameters.all('audience'))
  if (asked instanceof Refusal) return asked
  if (asked.length === 0) return granted
  const isWithin = granted.length === 0 || asked.every(audience => granted.includes(audience))
  return isWithin ? asked : new Refusal('invalid_target', 'resource: goes beyond what was granted')
}
