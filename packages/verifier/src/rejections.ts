import type { BearerError, DpopError, StepUpError } from '@gatehouse/protocol'

/** Every way in which the verifier refuses a request. The shell adds its own (routes, targets, upstreams). */
export type Code =
  | 'credential_missing'
  | 'credential_malformed'
  | 'credential_duplicated'
  | 'token_malformed'
  | 'token_too_large'
  | 'token_type_mismatch'
  | 'issuer_unknown'
  | 'algorithm_not_allowed'
  | 'key_unknown'
  | 'signature_invalid'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'audience_mismatch'
  | 'claim_missing'
  | 'token_inactive'
  | 'proof_missing'
  | 'proof_invalid'
  | 'proof_replayed'
  | 'certificate_missing'
  | 'certificate_mismatch'
  | 'step_up_required'
  | 'scope_missing'
  | 'claim_denied'
  | 'client_denied'
  | 'issuer_unavailable'

export interface Rule {
  readonly status: 400 | 401 | 403 | 503
  /** `error` of the challenge; null where RFC 6750 section 3.1 wants none, or where there is no challenge. */
  readonly error: BearerError | DpopError | StepUpError | null
  /** The only sentence that reaches the client. */
  readonly say: string
}

/** The closed table of refusals (contract section 4). */
export const REJECTIONS: { readonly [C in Code]: Rule } = {
  credential_missing: { status: 401, error: null, say: 'An access token is required' },
  credential_malformed: { status: 400, error: 'invalid_request', say: 'The Authorization header is malformed' },
  credential_duplicated: { status: 400, error: 'invalid_request', say: 'The request carries more than one credential' },
  token_malformed: { status: 401, error: 'invalid_token', say: 'The access token is malformed' },
  token_too_large: { status: 401, error: 'invalid_token', say: 'The access token is too large' },
  token_type_mismatch: {
    status: 401,
    error: 'invalid_token',
    say: 'The token is not an access token for this gateway',
  },
  issuer_unknown: { status: 401, error: 'invalid_token', say: 'The access token is from an unknown issuer' },
  algorithm_not_allowed: {
    status: 401,
    error: 'invalid_token',
    say: 'The signature algorithm of the access token is not allowed',
  },
  key_unknown: { status: 401, error: 'invalid_token', say: 'The access token is signed with an unknown key' },
  signature_invalid: { status: 401, error: 'invalid_token', say: 'The signature of the access token is invalid' },
  token_expired: { status: 401, error: 'invalid_token', say: 'The access token expired' },
  token_not_yet_valid: { status: 401, error: 'invalid_token', say: 'The access token is not valid yet' },
  audience_mismatch: { status: 401, error: 'invalid_token', say: 'The access token is for another audience' },
  claim_missing: { status: 401, error: 'invalid_token', say: 'The access token lacks a required claim' },
  token_inactive: { status: 401, error: 'invalid_token', say: 'The access token is not active' },
  proof_missing: {
    status: 401,
    error: 'invalid_token',
    say: 'A proof of possession is required and none was sent with the access token',
  },
  proof_invalid: { status: 401, error: 'invalid_dpop_proof', say: 'The proof of possession is invalid' },
  proof_replayed: { status: 401, error: 'invalid_dpop_proof', say: 'The proof of possession was used before' },
  certificate_missing: {
    status: 401,
    error: 'invalid_token',
    say: 'The access token is bound to a client certificate and none was sent',
  },
  certificate_mismatch: {
    status: 401,
    error: 'invalid_token',
    say: 'The access token is bound to another client certificate',
  },
  step_up_required: {
    status: 401,
    error: 'insufficient_user_authentication',
    say: 'A stronger or more recent authentication is required',
  },
  scope_missing: { status: 403, error: 'insufficient_scope', say: 'The access token lacks a required scope' },
  claim_denied: {
    status: 403,
    error: 'insufficient_scope',
    say: 'A claim of the access token does not allow this request',
  },
  client_denied: { status: 403, error: 'insufficient_scope', say: 'The client is not allowed to make this request' },
  issuer_unavailable: { status: 503, error: null, say: 'The access token could not be checked at the moment' },
}

/** What a challenge or a reply needs beyond the code. */
export interface RejectionDetails {
  scope_missing: { readonly scopes: readonly string[] }
  step_up_required: { readonly acr: readonly string[]; readonly maxAge: number | undefined }
  /** Seconds. */
  issuer_unavailable: { readonly retryAfter: number }
  proof_missing: { readonly nonce?: string }
  proof_invalid: { readonly nonce?: string; readonly wantsNonce?: boolean }
}

type DetailOf<C extends Code> = C extends keyof RejectionDetails
  ? { readonly detail: RejectionDetails[C] }
  : { readonly detail?: undefined }

/** A refusal: `code` narrows `detail`. `cause` is for the operator and never leaves the process towards a client. */
export type Rejection<C extends Code = Code> = {
  [K in C]: { readonly code: K; readonly issuer?: string; readonly cause?: string } & DetailOf<K>
}[C]
