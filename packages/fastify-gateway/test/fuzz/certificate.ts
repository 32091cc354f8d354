import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { parseCertificate } from '../../src/certificate.ts'
import { cert } from '../certificate.ts'

const der = new X509Certificate(cert).raw
const base64 = der.toString('base64')
const escaped = encodeURIComponent(cert)

/** A header value in which `@B`, `@P` and `@E` stand for a certificate in base64, as PEM and as PEM that is URL-encoded. */
export function fuzz(input: Buffer): void {
  const value = input
    .toString('latin1')
    .replace(/@[BPE]/g, mark => (mark === '@B' ? base64 : mark === '@P' ? cert.replaceAll('\n', ' ') : escaped))
  const found = parseCertificate(value)
  if (found === undefined) return
  assert.deepEqual(Buffer.from(found), new X509Certificate(found).raw, 'not one certificate')
  assert.deepEqual(Buffer.from(found), der, 'a certificate that nobody made')
  const bare = value.replace(/"(?:[^"\\]|\\.)*"/g, '""')
  assert.ok(!bare.includes(','), 'of several elements one was chosen')
  assert.ok((bare.match(/(?:^|;)\s*cert=/gi) ?? []).length <= 1, 'of several certificates one was chosen')
}

export const longest = 160
export const seeds = [
  ':@B:',
  '@P',
  '@E',
  'Cert="@E"',
  'By=spiffe://a;Hash=1;Cert="@E";Subject="CN=a, O=b";URI=x',
  'Hash=1;Cert="@E",Hash=2;Cert="@E"',
  'Cert="@E";cert=@E',
]
export const dictionary = [
  '@B',
  '@P',
  '@E',
  ':',
  ';',
  ',',
  '"',
  '\\"',
  '=',
  'Cert=',
  'cert="',
  'Chain="',
  'Subject="',
  '-----BEGIN CERTIFICATE-----',
  '-----END CERTIFICATE-----',
  '%0A',
  '%2B',
  '%',
]
