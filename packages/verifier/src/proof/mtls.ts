import { createHash } from 'node:crypto'
import { accept, type Outcome, refuse } from '../outcome.ts'

/**
 * Whether the client's certificate is the one that the token is bound to (RFC 8705 section 3.1): SHA-256 of its DER. Does not check who
 * signed the certificate, nor its dates: what binds is the key, of which the TLS handshake was the proof.
 */
export function verifyCertificate(thumbprint: string, certificate: Uint8Array | undefined): Outcome<undefined> {
  if (certificate === undefined || certificate.byteLength === 0) return refuse({ code: 'certificate_missing' })
  const actual = createHash('sha256').update(certificate).digest('base64url')
  return actual === thumbprint ? accept(undefined) : refuse({ code: 'certificate_mismatch' })
}
