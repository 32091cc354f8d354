import { createPublicKey, sign } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import {
  bits,
  boolean,
  integer,
  labelled,
  nothing,
  objectIdentifier,
  octets,
  sequence,
  set,
  tagged,
  text,
  time,
} from './der.ts'
import { Entropy } from './entropy.ts'
import { pickRsaPrimes, rsaPrivateKey } from './rsa.ts'

/** A certificate with its key, PEM. */
export interface SelfSigned {
  readonly cert: string
  readonly key: string
}

const SHA256_WITH_RSA = sequence(objectIdentifier('1.2.840.113549.1.1.11'), nothing)
/** Fixed, so that the same seed gives the same certificate: nothing that a test suite runs under is outside. */
const VALIDITY = sequence(time('200101000000Z'), time('491231235959Z'))

/**
 * A certificate (RFC 5280 section 4.1) for `name` and for the DNS names and addresses given, its own issuer, good for servers and clients. The same
 * seed and names give the same bytes; its key is made of published primes and protects nothing.
 */
export function makeSelfSigned(seed: string, name: string, hosts: readonly string[]): SelfSigned {
  const entropy = new Entropy(seed, 'certificate')
  const id = JSON.stringify([name, ...hosts])
  const key = rsaPrivateKey(pickRsaPrimes(entropy.derive(`key ${id}`, 4)))
  const subject = sequence(set(sequence(objectIdentifier('2.5.4.3'), text(name))))
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(entropy.derive(`serial ${id}`, 15)),
    SHA256_WITH_RSA,
    subject,
    VALIDITY,
    subject,
    createPublicKey(key).export({ format: 'der', type: 'spki' }),
    tagged(3, sequence(...listExtensions(hosts))),
  )
  const der = sequence(body, SHA256_WITH_RSA, bits(sign('sha256', body, key)))
  return { cert: toPem(der), key: key.export({ format: 'pem', type: 'pkcs8' }).toString() }
}

/** RFC 5280 section 4.2.1: a CA, so that it can be trusted by itself; for servers and clients; the names. */
function listExtensions(hosts: readonly string[]): readonly Buffer[] {
  const isAuthority = sequence(objectIdentifier('2.5.29.19'), boolean(true), octets(sequence(boolean(true))))
  const usages = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'].map(objectIdentifier)
  const usage = sequence(objectIdentifier('2.5.29.37'), octets(sequence(...usages)))
  if (hosts.length === 0) return [isAuthority, usage]
  return [isAuthority, usage, sequence(objectIdentifier('2.5.29.17'), octets(sequence(...hosts.map(alternativeName))))]
}

const alternativeName = (host: string): Buffer =>
  isIPv4(host) || isIPv6(host) ? labelled(7, addressOctets(host)) : labelled(2, Buffer.from(host))

function addressOctets(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail] = address.split('::')
  const groups = (part: string): readonly string[] => (part === '' ? [] : part.split(':'))
  const [before, after] = [groups(head), groups(tail ?? '')]
  const zeros = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill('0')
  return Buffer.from([...before, ...zeros, ...after].map(group => group.padStart(4, '0')).join(''), 'hex')
}

export const toPem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`
