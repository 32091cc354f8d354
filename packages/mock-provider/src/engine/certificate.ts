import { createHash, X509Certificate } from 'node:crypto'
import type { JsonObject } from '@gatehouse/protocol'
import { isObject } from './members.ts'

/** A certificate of PEM or DER; undefined for what is none. */
export function openCertificate(encoded: string | Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(encoded)
  } catch {
    return undefined
  }
}

/** `x5t#S256` (RFC 8705 section 3.1). */
export const certificateThumbprint = ({ raw }: X509Certificate): string =>
  createHash('sha256').update(raw).digest('base64url')

/** The members by which a client of `tls_client_auth` is known, exactly one of them (RFC 8705 section 2.1.2). */
export const SUBJECT_MEMBERS: readonly string[] = [
  'tls_client_auth_subject_dn',
  'tls_client_auth_san_dns',
  'tls_client_auth_san_uri',
  'tls_client_auth_san_ip',
  'tls_client_auth_san_email',
]

/** Whether a certificate names the registered subject. Judges neither its issuer nor its dates: whoever ended TLS did. */
export function hasSubject(certificate: X509Certificate, metadata: JsonObject): boolean {
  const member = SUBJECT_MEMBERS.find(name => typeof metadata[name] === 'string')
  if (member === undefined) return false
  const wanted = String(metadata[member])
  const check = SUBJECT_CHECKS[member]
  return check?.(certificate, wanted) ?? false
}

const SUBJECT_CHECKS: Readonly<Record<string, (certificate: X509Certificate, wanted: string) => boolean>> = {
  tls_client_auth_subject_dn: ({ subject }, wanted) =>
    normalizeName((subject ?? '').split('\n').reverse().join(',')) === normalizeName(wanted),
  tls_client_auth_san_dns: (certificate, wanted) =>
    alternativeNames(certificate, 'DNS').some(name => name.toLowerCase() === wanted.toLowerCase()),
  tls_client_auth_san_uri: (certificate, wanted) => alternativeNames(certificate, 'URI').includes(wanted),
  tls_client_auth_san_ip: (certificate, wanted) => certificate.checkIP(wanted) !== undefined,
  tls_client_auth_san_email: (certificate, wanted) => alternativeNames(certificate, 'email').includes(wanted),
}

/** RFC 4514: attribute types without regard to case, spaces around separators without meaning, values as RFC 4518 folds them. */
function normalizeName(name: string): string {
  return name
    .split(/(?<!\\)[,+]/)
    .map(part => {
      const equals = part.indexOf('=')
      const value = part
        .slice(equals + 1)
        .trim()
        .replace(/\s+/g, ' ')
      return `${part.slice(0, equals).trim().toLowerCase()}=${value.toLowerCase()}`
    })
    .join(',')
}

const alternativeNames = ({ subjectAltName }: X509Certificate, kind: string): readonly string[] =>
  (subjectAltName ?? '')
    .split(', ')
    .filter(entry => entry.startsWith(`${kind}:`))
    .map(entry => entry.slice(kind.length + 1))

/** Whether a certificate is one of those that a client of `self_signed_tls_client_auth` registered, as `x5c` (RFC 8705 section 2.2). */
export const isAmong = ({ raw }: X509Certificate, keys: readonly JsonObject[]): boolean =>
  keys.some(({ x5c }) => Array.isArray(x5c) && typeof x5c[0] === 'string' && Buffer.from(x5c[0], 'base64').equals(raw))

/** A JWK Set that registers one certificate. */
export function registrationOf({ raw, publicKey }: X509Certificate): JsonObject {
  const jwk: unknown = publicKey.export({ format: 'jwk' })
  return { keys: [{ ...(isObject(jwk) ? jwk : {}), x5c: [raw.toString('base64')] }] }
}
