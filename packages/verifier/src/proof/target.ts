import { parseUrl } from '../url.ts'

/**
 * The form in which `htu` and the request's own URL are compared: RFC 9449 section 4.3 ignores query and fragment and asks for the
 * normalisations of RFC 3986 sections 6.2.2 and 6.2.3. Undefined for what is no http(s) URL, or has credentials in it.
 */
export function normalizeTarget(text: string): string | undefined {
  const url = parseUrl(text)
  if (url === undefined) return undefined
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined
  if (url.username !== '' || url.password !== '') return undefined
  return url.origin + url.pathname.replace(/%[0-9a-f]{2}/gi, normalizeEscape)
}

/** RFC 3986 section 6.2.2: unreserved characters stand for themselves, other escapes are in capitals. */
function normalizeEscape(triplet: string): string {
  const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16))
  return /[A-Za-z0-9\-._~]/.test(character) ? character : triplet.toUpperCase()
}

/** The URL that the client sees, from the gateway's configured one and the target of the request, whose Host is believed in nothing. */
export function publicTarget(publicUrl: string, target: string): string | undefined {
  const base = publicUrl.endsWith('/') ? publicUrl.slice(0, -1) : publicUrl
  return normalizeTarget(base + target.replace(/\?.*$/s, ''))
}
