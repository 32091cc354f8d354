import { type Client, isPublic } from '../../engine/clients.ts'
import type { Parameters } from '../../engine/parameters.ts'
import { Refusal } from '../../engine/refusal.ts'
import type { Code } from '../../engine/store.ts'

/** RFC 7636 section 4.3. A client known to be public must send one (RFC 9700 section 2.1.1). */
export function readChallenge(parameters: Parameters, client: Client): Code['challenge'] | Refusal {
  const value = parameters.one('code_challenge')
  const method = parameters.one('code_challenge_method') ?? 'plain'
  if (value === undefined) {
    if (parameters.has('code_challenge_method')) return new Refusal('invalid_request', 'code_challenge: is missing')
    return client.registered && isPublic(client)
      ? new Refusal('invalid_request', 'code_challenge: a public client must use PKCE')
      : undefined
  }
  if (method !== 'S256' && method !== 'plain')
    return new Refusal('invalid_request', 'code_challenge_method: must be S256 or plain')
  const isWellFormed = method === 'S256' ? /^[\w-]{43}$/.test(value) : /^[A-Za-z0-9._~-]{43,128}$/.test(value)
  return isWellFormed
    ? { method, value }
    : new Refusal('invalid_request', `code_challenge: is none that ${method} makes`)
}

/** The SHA-256 thumbprint of the key that the code will be bound to (RFC 9449 section 10). */
export function readDpopKey(parameters: Parameters): string | undefined | Refusal {
  const thumbprint = parameters.one('dpop_jkt')
  return thumbprint === undefined || /^[\w-]{43}$/.test(thumbprint)
    ? thumbprint
    : new Refusal('invalid_request', 'dpop_jkt: must be the SHA-256 thumbprint of a key, base64url')
}
