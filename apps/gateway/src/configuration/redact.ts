import { memberPath } from '@gatehouse/configuration'

const REDACTED = '[redacted]'

/** Where secrets stand, whatever they look like. */
const SECRET_PATHS: readonly RegExp[] = [
  /^server\.tls\.key$/,
  /^admin\.secret$/,
  /^issuers\b.*\.secret$/,
  /^issuers\b.*\.introspection\.client\.(secret|key|token)$/,
  /^issuers\b.*\.introspection\.decryption\.key$/,
  /^minting\.key$/,
  // Private members of a JWK (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1).
  /^issuers\b.*\.jwks\.keys\[\d+\]\.(d|p|q|dp|dq|qi|oth|k)$/,
]

/** A configuration to be shown: secrets blotted out, and file names instead of the text that was read from them. */
export function redact(value: unknown, names: ReadonlyMap<string, string>, path = ''): unknown {
  const name = names.get(path)
  if (name !== undefined) return name
  if (SECRET_PATHS.some(secret => secret.test(path)) && value !== null) return REDACTED
  if (typeof value === 'string') return redactText(value)
  if (Array.isArray(value)) return value.map((item, index) => redact(item, names, memberPath(path, index)))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, redact(member, names, memberPath(path, key))]),
  )
}

/** A URL may have credentials before its host, and keys in its query. */
function redactText(text: string): string {
  if (text.includes('PRIVATE KEY-----')) return REDACTED
  if (!/^https?:\/\/(?:[^/]*@|[^?]*\?)/i.test(text) || !URL.canParse(text)) return text
  const url = new URL(text)
  url.username = ''
  url.password = ''
  // The whole of a pair that is no pair.
  if (url.search !== '') url.search = url.search.replace(/([?&][^=&]*=)[^&]*|([?&])[^=&]+/g, `$1$2${REDACTED}`)
  return url.href
}
