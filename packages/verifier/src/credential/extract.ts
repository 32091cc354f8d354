import { accept, type Outcome, type Refused, refuse } from '../outcome.ts'

/** What the client sent in `Authorization`, unjudged. */
export interface Credential {
  readonly scheme: 'bearer' | 'dpop'
  readonly token: string
}

export type Extracted = Outcome<Credential> & { readonly ok: true }

type ExtractCode = 'credential_missing' | 'credential_malformed' | 'credential_duplicated' | 'token_too_large'

const NAME = 'authorization'
/** `auth-scheme` is a token (RFC 9110 section 11.1). */
const SCHEME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+/
/** `b64token` (RFC 6750 section 2.1); a DPoP access token has the same form (RFC 9449 section 7.1: token68). */
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/
/** A second credential in one field, as an intermediary joins repeated fields (RFC 9110 section 5.3). */
const SECOND = /,[ \t]*(?:bearer|dpop|basic|digest|negotiate)[ \t]/i

/**
 * Exactly one credential, from the Authorization header only: tokens in the query or in a form are never read (RFC 6750 sections 2.2 and
 * 2.3 are optional, and both end up in logs). Absent, malformed, duplicated and present are four answers; a well-formed credential of
 * another scheme (Basic, Negotiate …) is no token, thus absent. `rawHeaders` alternates names and values. Does not look at the characters of
 * the token: see `judgeForm`.
 */
export function extract(rawHeaders: readonly string[], maxTokenBytes: number): Outcome<Credential, ExtractCode> {
  let found: string | undefined
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]
    // Lengths are compared first so that other headers cost no string.
    if (name === undefined || name.length !== NAME.length || name.toLowerCase() !== NAME) continue
    if (found !== undefined) return refuse({ code: 'credential_duplicated', cause: 'Two Authorization headers' })
    found = rawHeaders[i + 1] ?? ''
  }
  return found === undefined ? refuse({ code: 'credential_missing' }) : parseCredential(found, maxTokenBytes)
}

function parseCredential(field: string, maxTokenBytes: number): Outcome<Credential, ExtractCode> {
  const value = trimFieldValue(field)
  const scheme = value.startsWith('Bearer ') ? 'Bearer' : SCHEME.exec(value)?.[0]
  if (scheme === undefined) return malformed('No authentication scheme')
  const kind = schemeOf(scheme)
  if (value.includes(',') && SECOND.test(value)) {
    return refuse({ code: 'credential_duplicated', cause: 'Two credentials in one Authorization header' })
  }
  const after = value.charCodeAt(scheme.length)
  // Nothing, or a space (RFC 9110 section 11.4: 1*SP), may follow a scheme.
  if (!Number.isNaN(after) && after !== 0x20) return malformed('No space after the authentication scheme')
  if (kind === undefined) return refuse({ code: 'credential_missing', cause: 'Another authentication scheme' })
  let start = scheme.length
  while (value.charCodeAt(start) === 0x20) start++
  if (start === value.length) return malformed('No token after the authentication scheme')
  // Every character of a b64token is one byte; anything longer is refused before it is looked at.
  if (value.length - start > maxTokenBytes) return refuse({ code: 'token_too_large' })
  return accept({ scheme: kind, token: value.slice(start) })
}

/** Whether the token is one by its characters. Needless for a token that is remembered, since no other has its digest. */
export const judgeForm = (credential: Extracted): Outcome<Credential, 'credential_malformed'> =>
  B64TOKEN.test(credential.value.token) ? credential : malformed('Characters that no token has')

/** White space around a field value is not part of it (RFC 9110 section 5.5). */
function trimFieldValue(field: string): string {
  let start = 0
  let end = field.length
  while (start < end && isBlank(field.charCodeAt(start))) start++
  while (end > start && isBlank(field.charCodeAt(end - 1))) end--
  return field.slice(start, end)
}

const isBlank = (character: number): boolean => character === 0x20 || character === 0x09

function schemeOf(scheme: string): Credential['scheme'] | undefined {
  if (scheme === 'Bearer') return 'bearer'
  const folded = scheme.toLowerCase()
  return folded === 'bearer' || folded === 'dpop' ? folded : undefined
}

const malformed = (cause: string): Refused<'credential_malformed'> => refuse({ code: 'credential_malformed', cause })
