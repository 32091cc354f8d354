import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { fieldsOf } from './inbound.ts'
import { plainAddress } from './sender.ts'

/** DER of the certificate by which the client of a request is known, or undefined. */
export type FindCertificate = (request: IncomingMessage) => Uint8Array | undefined

export interface CertificateSources {
  /** Lower-cased name of the header in which a trusted proxy says it. */
  readonly header: string | undefined
  readonly isTrusted: (address: string) => boolean
  /** Whether a certificate of a TLS connection counts only if one of the server's own authorities signed it. */
  readonly needsAuthority: () => boolean
}

/**
 * The certificate of a trusted proxy's client is what its header says: the one of its own connection is the proxy's. Everybody else's is
 * that of the TLS connection. A header of anybody else is not looked at.
 */
export const findCertificates =
  ({ header, isTrusted, needsAuthority }: CertificateSources): FindCertificate =>
  request => {
    const { socket } = request
    if (header !== undefined && isTrusted(plainAddress(socket.remoteAddress)))
      return fromHeader(fieldsOf(request), header)
    return fromConnection(socket, needsAuthority())
  }

/** Said once, or not at all: of two, one may be the client's own invention. */
function fromHeader(rawHeaders: readonly string[], header: string): Uint8Array | undefined {
  let found: string | undefined
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() !== header) continue
    if (found !== undefined) return undefined
    found = rawHeaders[index + 1]
  }
  return found === undefined ? undefined : parseCertificate(found)
}

function fromConnection(socket: object, needsAuthority: boolean): Uint8Array | undefined {
  if (!('getPeerCertificate' in socket) || typeof socket.getPeerCertificate !== 'function') return undefined
  if (needsAuthority && !('authorized' in socket && socket.authorized === true)) return undefined
  const certificate: { raw?: Uint8Array } | null = socket.getPeerCertificate()
  return certificate?.raw
}

/**
 * The one certificate in a header value: a byte sequence (RFC 9440 section 2.1), URL-encoded PEM as nginx writes it
 * (`$ssl_client_escaped_cert`), or the `Cert` of the one element of Envoy's `x-forwarded-client-cert`. Undefined for anything else, also
 * for several elements: which of them is the client's depends on the way they came. Does not judge its dates or who signed it.
 */
export function parseCertificate(value: string): Uint8Array | undefined {
  const bytes = /^:([A-Za-z0-9+/]+={0,2}):$/.exec(value)?.[1]
  if (bytes !== undefined) return readCertificate(Buffer.from(bytes, 'base64'))
  const pem = value.startsWith('-----BEGIN') ? value : certOfElement(value)
  return pem === undefined ? undefined : readPem(pem)
}

/** `Key=Value;Key="Value"`: nothing is escaped but quotes, and URL-encoded PEM holds none. */
function certOfElement(value: string): string | undefined {
  const certificates: string[] = []
  // Where it can not be read on, nothing of it is believed: looking for another beginning takes the square of its length.
  const part = /(?:[^;,"]|"(?:[^"\\]|\\.)*")+|;/y
  while (part.lastIndex < value.length) {
    const pair = part.exec(value)?.[0]
    if (pair === undefined) return undefined
    certificates.push(...certOfPair(pair))
  }
  return certificates.length === 1 ? certificates[0] : undefined
}

/** None where the pair is another one; one that can not be read counts as one, so that no other is believed in its place. */
function certOfPair(pair: string): readonly string[] {
  const [name = '', ...rest] = pair.split('=')
  if (name.trimStart().toLowerCase() !== 'cert') return []
  const text = rest.join('=').trim()
  const cert = text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text
  return [cert.includes('"') ? '' : cert]
}

/** Nothing before and nothing after: of two blocks, or of two header lines that somebody joined, one may be the client's own. */
const BLOCK = /^\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/

function readPem(text: string): Uint8Array | undefined {
  const base64 = BLOCK.exec(decode(text))?.[1]
  return base64 === undefined ? undefined : readCertificate(Buffer.from(base64, 'base64'))
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

function readCertificate(der: Uint8Array): Uint8Array | undefined {
  try {
    return new X509Certificate(der).raw
  } catch {
    return undefined
  }
}
