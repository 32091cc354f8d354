import type { OAuthError } from '@gatehouse/protocol'

/** What a provider answers instead of what was asked (RFC 6749 section 5.2). Returned, never thrown. */
export class Refusal {
  readonly error: OAuthError
  readonly description: string
  readonly status: number
  /** Sent as `WWW-Authenticate`. */
  readonly challenge: string | undefined

  constructor(error: OAuthError, description: string, status = 400, challenge?: string) {
    this.error = error
    this.description = description
    this.status = status
    this.challenge = challenge
  }
}
