import type { X509Certificate } from 'node:crypto'
import { openCertificate } from '../engine/certificate.ts'
import type { Tenant } from '../engine/tenant.ts'
import type { Question } from './message.ts'

/** The certificate that the client holds the key of: from the connection, or from `Client-Cert` (RFC 9440) where the tenant believes it. */
export function certificateOf(tenant: Tenant, { certificate, headers }: Question): X509Certificate | undefined {
  if (certificate !== undefined) return openCertificate(certificate)
  const header = tenant.settings.clientCertificates === 'header' ? headers['client-cert'] : undefined
  // A byte sequence of a structured field (RFC 9440 section 2.1).
  const encoded = header === undefined ? undefined : /^:([A-Za-z0-9+/]+={0,2}):$/.exec(header)?.[1]
  return encoded === undefined ? undefined : openCertificate(Buffer.from(encoded, 'base64'))
}

/** Whether a client can show a certificate where this question came in; metadata states what works. */
export const takesCertificates = (tenant: Tenant, { asksCertificate }: Question): boolean =>
  asksCertificate === true || tenant.settings.clientCertificates === 'header'
