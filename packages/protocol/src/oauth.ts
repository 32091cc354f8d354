import type { JsonObject } from './json.ts'

/** `error` of a protected resource (RFC 6750 section 3.1). */
export type BearerError = 'invalid_request' | 'invalid_token' | 'insufficient_scope'

/** `error` of a protected resource that demands proof of possession (RFC 9449 sections 7.1 and 9). */
export type DpopError = 'invalid_dpop_proof' | 'use_dpop_nonce'

/** `error` of a protected resource that demands another authentication (RFC 9470 section 3). */
export type StepUpError = 'insufficient_user_authentication'

/** `error` of an authorization server: RFC 6749 sections 4.1.2.1 and 5.2 with the extensions that name their own. */
export type OAuthError =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'access_denied'
  | 'server_error'
  | 'temporarily_unavailable'
  | 'login_required'
  | 'consent_required'
  | 'interaction_required'
  | 'account_selection_required'
  | 'invalid_request_uri'
  | 'invalid_request_object'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'registration_not_supported'
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'
  | 'invalid_software_statement'
  | 'unapproved_software_statement'
  | 'invalid_target'
  | 'invalid_authorization_details'
  | 'authorization_pending'
  | 'slow_down'
  | 'expired_token'
  | 'unsupported_token_type'
  | 'unmet_authentication_requirements'
  | 'unknown_user_id'
  | 'expired_login_hint_token'
  | 'invalid_binding_message'
  | BearerError
  | DpopError

/** How a client authenticates (OpenID Connect Core section 9, RFC 8705 section 2); `bearer` is RFC 7662 section 2.1's other way. */
export type ClientAuthenticationMethod =
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'client_secret_jwt'
  | 'private_key_jwt'
  | 'tls_client_auth'
  | 'self_signed_tls_client_auth'
  | 'none'

/** RFC 7662 section 2.2. Only `active` is required. */
export type IntrospectionResponse = JsonObject & { readonly active: boolean }
