import { createPrivateKey, type KeyObject } from 'node:crypto'
import { integer, sequence } from './der.ts'
import { DEVELOPMENT_PRIMES } from './development-primes.ts'

const EXPONENT = 65537n
const GROUPS = 4

/**
 * The four committed primes of an RSA key of 2048 bits (RFC 8017 section 3.2, multi-prime): signing takes two thirds of the time that two primes
 * take, and nobody outside can tell. Worth nothing outside a test suite: everybody has the primes.
 */
export type RsaPrimes = readonly bigint[]

/** Picks one of the 1048576 keys by four bytes of the seed, one prime out of each quarter of the table. */
export function pickRsaPrimes(bytes: Buffer): RsaPrimes {
  const size = DEVELOPMENT_PRIMES.length / GROUPS
  return Array.from({ length: GROUPS }, (_, group) => prime(group * size + ((bytes[group] ?? 0) % size)))
}

export const rsaPublicMembers = (primes: RsaPrimes): { n: string; e: string } => ({
  n: octets(product(primes)).toString('base64url'),
  e: octets(EXPONENT).toString('base64url'),
})

/** RSAPrivateKey (RFC 8017 appendix A.1.2). */
export function rsaPrivateKey(primes: RsaPrimes): KeyObject {
  const [p = 0n, q = 0n, ...others] = primes
  const factors = others.map((prime, index) =>
    sequence(
      number(prime),
      number(inverseOfExponent(prime - 1n)),
      number(invert(product(primes.slice(0, index + 2)), prime)),
    ),
  )
  const key = sequence(
    number(1n),
    number(product(primes)),
    number(EXPONENT),
    number(inverseOfExponent(product(primes.map(prime => prime - 1n)))),
    number(p),
    number(q),
    number(inverseOfExponent(p - 1n)),
    number(inverseOfExponent(q - 1n)),
    number(invert(q, p)),
    sequence(...factors),
  )
  return createPrivateKey({ key, format: 'der', type: 'pkcs1' })
}

/** d with e·d = 1 mod phi, by way of the small modulus e. */
function inverseOfExponent(phi: bigint): bigint {
  const factor = EXPONENT - invert(phi % EXPONENT, EXPONENT)
  return (1n + factor * phi) / EXPONENT
}

/** The inverse of `value` modulo a prime or coprime `modulus`, by Euclid's extended algorithm. */
export function invert(value: bigint, modulus: bigint): bigint {
  let [previous, rest] = [modulus, ((value % modulus) + modulus) % modulus]
  let [before, factor] = [0n, 1n]
  while (rest > 1n) {
    const quotient = previous / rest
    ;[previous, rest] = [rest, previous % rest]
    ;[before, factor] = [factor, before - quotient * factor]
  }
  return factor < 0n ? factor + modulus : factor
}

const product = (factors: readonly bigint[]): bigint => factors.reduce((all, factor) => all * factor, 1n)

const prime = (index: number): bigint =>
  BigInt(`0x${Buffer.from(DEVELOPMENT_PRIMES[index] ?? '', 'base64url').toString('hex')}`)

const number = (value: bigint): Buffer => integer(octets(value))

function octets(value: bigint): Buffer {
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}
