import type { OAuthError } from '@gatehouse/protocol'

/** CIBA Core section 13 and RFC 7591 section 3.2.2 add some that the shared vocabulary does not have. */
export type ProviderError =
  | OAuthError
  | 'expired_login_hint_token'
  | 'invalid_software_statement'
  | 'unapproved_software_statement'

/** What a provider answers instead of what was asked (RFC 6749 section 5.2). Returned, never thrown. */
export class Refusal {
  readonly error: ProviderError
  readonly description: string
  readonly status: number
  /** Sent as `WWW-Authenticate`. */
  readonly challenge: string | undefined

  constructor(error: ProviderError, description: string, status = 400, challenge?: string) {
    this.error = error
    this.description = description
    this.status = status
    this.challenge = challenge
  }
}
