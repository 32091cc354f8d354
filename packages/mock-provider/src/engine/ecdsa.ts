import { createECDH, createHash, createHmac } from 'node:crypto'
import { invert } from './rsa.ts'

/** One row a curve of RFC 7518 section 3.4. */
export interface Curve {
  readonly crv: 'P-256' | 'P-384' | 'P-521'
  /** Its name in OpenSSL. */
  readonly name: string
  readonly hash: 'sha256' | 'sha384' | 'sha512'
  /** The group's order (FIPS 186-5, SP 800-186). */
  readonly order: bigint
  /** Octets of a coordinate and of a scalar. */
  readonly size: number
}

export const CURVES: { readonly [A in 'ES256' | 'ES384' | 'ES512']: Curve } = {
  ES256: {
    crv: 'P-256',
    name: 'prime256v1',
    hash: 'sha256',
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    size: 32,
  },
  ES384: {
    crv: 'P-384',
    name: 'secp384r1',
    hash: 'sha384',
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    size: 48,
  },
  ES512: {
    crv: 'P-521',
    name: 'secp521r1',
    hash: 'sha512',
    order:
      0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    size: 66,
  },
}

/** A private scalar out of random bytes; the bias is of no interest for development keys. */
export const toScalar = (curve: Curve, bytes: Buffer): Buffer =>
  write((read(bytes) % (curve.order - 1n)) + 1n, curve.size)

/** The public point of a private scalar, as JWK members. */
export function publicPoint(curve: Curve, scalar: Buffer): { x: string; y: string } {
  const point = multiplyBase(curve, scalar)
  return {
    x: point.subarray(1, 1 + curve.size).toString('base64url'),
    y: point.subarray(1 + curve.size).toString('base64url'),
  }
}

/**
 * ECDSA whose nonce comes from the key and the message (RFC 6979), since OpenSSL's own is random and would not repeat. The base point is
 * multiplied by OpenSSL; the rest is not constant-time, which development keys do not need.
 */
export function signDeterministically(curve: Curve, scalar: Buffer, message: Buffer): Buffer {
  const digest = createHash(curve.hash).update(message).digest()
  const hashed = bitsToNumber(curve, digest) % curve.order
  const key = read(scalar)
  for (const nonce of nonces(curve, scalar, write(hashed, curve.size))) {
    const point = multiplyBase(curve, write(nonce, curve.size))
    const r = read(point.subarray(1, 1 + curve.size)) % curve.order
    const s = (invert(nonce, curve.order) * (hashed + r * key)) % curve.order
    if (r !== 0n && s !== 0n) return Buffer.concat([write(r, curve.size), write(s, curve.size)])
  }
  throw new Error('RFC 6979 ran out of nonces')
}

/** RFC 6979 section 3.2: the candidates for k, of which the first is practically always good. */
function* nonces(curve: Curve, scalar: Buffer, hashed: Buffer): Generator<bigint> {
  const mac = (mackey: Buffer, ...parts: readonly Buffer[]): Buffer => {
    const hmac = createHmac(curve.hash, mackey)
    for (const part of parts) hmac.update(part)
    return hmac.digest()
  }
  const length = createHash(curve.hash).digest().length
  let value: Buffer = Buffer.alloc(length, 1)
  let key: Buffer = Buffer.alloc(length, 0)
  for (const mark of [0, 1]) {
    key = mac(key, value, Buffer.from([mark]), scalar, hashed)
    value = mac(key, value)
  }
  for (;;) {
    let bytes = Buffer.alloc(0)
    while (bytes.length < curve.size) {
      value = mac(key, value)
      bytes = Buffer.concat([bytes, value])
    }
    const nonce = bitsToNumber(curve, bytes)
    if (nonce > 0n && nonce < curve.order) yield nonce
    key = mac(key, value, Buffer.from([0]))
    value = mac(key, value)
  }
}

/** RFC 6979 section 2.3.2, bits2int: the leftmost bits, as many as the order has. */
function bitsToNumber(curve: Curve, bytes: Buffer): bigint {
  const surplus = bytes.length * 8 - curve.order.toString(2).length
  return surplus > 0 ? read(bytes) >> BigInt(surplus) : read(bytes)
}

function multiplyBase(curve: Curve, scalar: Buffer): Buffer {
  const ecdh = createECDH(curve.name)
  ecdh.setPrivateKey(scalar)
  return ecdh.getPublicKey()
}

const read = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex') || '0'}`)
const write = (value: bigint, size: number): Buffer => Buffer.from(value.toString(16).padStart(size * 2, '0'), 'hex')
