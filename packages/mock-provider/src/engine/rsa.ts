import { createPrivateKey, type KeyObject } from 'node:crypto'
import { DEVELOPMENT_PRIMES } from './development-primes.ts'

const EXPONENT = 65537n

/** An RSA key of 2048 bits made of two committed primes. Worth nothing outside a test suite: everybody has the primes. */
export interface RsaPair {
  readonly p: bigint
  readonly q: bigint
}

/** Picks one of the 8128 pairs by four bytes of the seed. */
export function pickRsaPair(bytes: Buffer): RsaPair {
  const count = DEVELOPMENT_PRIMES.length
  let index = bytes.readUInt32BE(0) % ((count * (count - 1)) / 2)
  let first = 0
  for (let row = count - 1; index >= row; row--) {
    index -= row
    first++
  }
  return { p: prime(first), q: prime(first + 1 + index) }
}

export const rsaPublicMembers = ({ p, q }: RsaPair): { n: string; e: string } => ({
  n: encode(p * q),
  e: encode(EXPONENT),
})

export function rsaPrivateKey(pair: RsaPair): KeyObject {
  const { p, q } = pair
  const d = inverseOfExponent((p - 1n) * (q - 1n))
  const key = {
    kty: 'RSA',
    ...rsaPublicMembers(pair),
    d: encode(d),
    p: encode(p),
    q: encode(q),
    dp: encode(d % (p - 1n)),
    dq: encode(d % (q - 1n)),
    qi: encode(invert(q, p)),
  }
  return createPrivateKey({ key, format: 'jwk' })
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

const prime = (index: number): bigint =>
  BigInt(`0x${Buffer.from(DEVELOPMENT_PRIMES[index] ?? '', 'base64url').toString('hex')}`)

function encode(value: bigint): string {
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url')
}
