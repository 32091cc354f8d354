import { parseUrl } from '../url.ts'

/**
 * Whether a URL may be asked for verdicts and keys: https, or http on loopback, where no network lies between (RFC 8414 section 2 wants
 * https). `insecure` admits http anywhere. Credentials in a URL, and fragments, are refused.
 */
export function isSafeEndpoint(value: string, insecure: boolean): boolean {
  const url = parseUrl(value)
  if (url === undefined) return false
  if (url.username !== '' || url.password !== '' || value.includes('#')) return false
  if (url.protocol === 'https:') return true
  return url.protocol === 'http:' && (insecure || isLoopback(url.hostname))
}

/** 127.0.0.0/8, ::1 and localhost. URL parsing has already made one form of the many that an address has. */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
