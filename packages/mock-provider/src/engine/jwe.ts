import {
  constants,
  createCipheriv,
  createECDH,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  publicEncrypt,
} from 'node:crypto'
import type { JsonObject } from '@gatehouse/protocol'
import { CURVES, toScalar } from './ecdsa.ts'

/** Where the bytes of chance come from; the same bytes make the same JWE. */
export type Draw = (bytes: number) => Buffer

interface ContentRow {
  readonly cipher: string
  /** Octets of the content encryption key; with `mac`, its first half authenticates and its second half encrypts. */
  readonly key: number
  readonly iv: number
  readonly mac?: 'sha256' | 'sha384' | 'sha512'
}

/** RFC 7518 section 5.1. */
const CONTENT: Readonly<Record<string, ContentRow>> = {
  A128GCM: { cipher: 'aes-128-gcm', key: 16, iv: 12 },
  A192GCM: { cipher: 'aes-192-gcm', key: 24, iv: 12 },
  A256GCM: { cipher: 'aes-256-gcm', key: 32, iv: 12 },
  'A128CBC-HS256': { cipher: 'aes-128-cbc', key: 32, iv: 16, mac: 'sha256' },
  'A192CBC-HS384': { cipher: 'aes-192-cbc', key: 48, iv: 16, mac: 'sha384' },
  'A256CBC-HS512': { cipher: 'aes-256-cbc', key: 64, iv: 16, mac: 'sha512' },
}

/** RFC 7518 section 4.1, and the longer hashes of the Web Cryptography API: `hash` for RSA, `wrap` (octets of the key encryption key, 0 for direct agreement) for key agreement. */
const MANAGEMENT: Readonly<Record<string, { readonly hash: string } | { readonly wrap: number }>> = {
  'RSA-OAEP': { hash: 'sha1' },
  'RSA-OAEP-256': { hash: 'sha256' },
  'RSA-OAEP-384': { hash: 'sha384' },
  'RSA-OAEP-512': { hash: 'sha512' },
  'ECDH-ES': { wrap: 0 },
  'ECDH-ES+A128KW': { wrap: 16 },
  'ECDH-ES+A192KW': { wrap: 24 },
  'ECDH-ES+A256KW': { wrap: 32 },
}

/** `alg` of a JWE that can be made here. */
export const ENCRYPTION_ALGORITHMS: readonly string[] = Object.keys(MANAGEMENT)
/** `enc` of a JWE that can be made here. */
export const CONTENT_ALGORITHMS: readonly string[] = Object.keys(CONTENT)
/** What `enc` is where only `alg` was registered (OpenID Connect Registration section 2). */
export const DEFAULT_CONTENT_ALGORITHM = 'A128CBC-HS256'

const SMALLEST_MODULUS = 2048

/** Whether a public key fits a key management algorithm (RFC 7517 sections 4.1 to 4.4). */
export function fitsEncryption(jwk: JsonObject, alg: string): boolean {
  if (jwk.use !== undefined && jwk.use !== 'enc') return false
  if (jwk.alg !== undefined && jwk.alg !== alg) return false
  if (alg.startsWith('RSA')) return jwk.kty === 'RSA'
  return (jwk.kty === 'EC' && curveNamed(jwk.crv) !== undefined) || (jwk.kty === 'OKP' && jwk.crv === 'X25519')
}

/**
 * JWE compact serialization (RFC 7516 section 3.1) for one public key. Content key, IV, ephemeral key and the seed of OAEP are drawn, so that
 * the same draws give the same bytes. Undefined where the key is none, or too small.
 */
export function encryptJwe(
  draw: Draw,
  jwk: JsonObject,
  { alg, enc }: { readonly alg: string; readonly enc: string },
  header: JsonObject,
  plaintext: Buffer,
): string | undefined {
  const content = CONTENT[enc]
  if (content === undefined) return undefined
  try {
    const managed = manageKey(draw, jwk, alg, enc, content.key)
    if (managed === undefined) return undefined
    const first = encode(JSON.stringify({ alg, enc, ...header, ...managed.header }))
    const iv = draw(content.iv)
    const { ciphertext, tag } = seal(content, managed.key, iv, plaintext, Buffer.from(first))
    return [first, ...[managed.encrypted, iv, ciphertext, tag].map(encode)].join('.')
  } catch {
    // OpenSSL throws at what a client published as its key and is none.
    return undefined
  }
}

/** The content key, and what tells it to the recipient. */
interface ManagedKey {
  readonly key: Buffer
  readonly encrypted: Buffer
  readonly header: JsonObject
}

function manageKey(draw: Draw, jwk: JsonObject, alg: string, enc: string, size: number): ManagedKey | undefined {
  const row = MANAGEMENT[alg]
  if (row === undefined) return undefined
  if ('hash' in row) {
    const key = draw(size)
    const encrypted = encryptOaep(draw, jwk, row.hash, key)
    return encrypted && { key, encrypted, header: {} }
  }
  const { secret, epk } = agree(draw, jwk)
  if (row.wrap === 0) return { key: deriveKey(secret, enc, size), encrypted: Buffer.alloc(0), header: { epk } }
  const key = draw(size)
  return { key, encrypted: wrapKey(deriveKey(secret, alg, row.wrap), key), header: { epk } }
}

/** RSAES-OAEP with a seed of ours (RFC 8017 section 7.1.1): OpenSSL's own is random and would not repeat. */
function encryptOaep(draw: Draw, jwk: JsonObject, hash: string, message: Buffer): Buffer | undefined {
  const key = createPublicKey({ key: { kty: 'RSA', n: jwk.n, e: jwk.e }, format: 'jwk' } as never)
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits < SMALLEST_MODULUS) return undefined
  const size = Math.ceil(bits / 8)
  const label = createHash(hash).digest()
  const filling = Buffer.alloc(size - message.length - 2 * label.length - 2)
  const block = Buffer.concat([label, filling, Buffer.from([1]), message])
  const seed = draw(label.length)
  const maskedBlock = xor(block, mask(hash, seed, block.length))
  const maskedSeed = xor(seed, mask(hash, maskedBlock, seed.length))
  const encoded = Buffer.concat([Buffer.from([0]), maskedSeed, maskedBlock])
  return publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded)
}

/** MGF1 (RFC 8017 appendix B.2.1). */
function mask(hash: string, seed: Buffer, length: number): Buffer {
  const blocks: Buffer[] = []
  for (let counter = 0, made = 0; made < length; counter++) {
    const block = createHash(hash).update(seed).update(number32(counter)).digest()
    blocks.push(block)
    made += block.length
  }
  return Buffer.concat(blocks).subarray(0, length)
}

/** PKCS #8 of an X25519 key, up to the key (RFC 8410 section 7). */
const X25519_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')

/** Ephemeral-static agreement (RFC 7518 section 4.6, RFC 8037 section 3.2.1); throws at a point that is not on its curve. */
function agree(draw: Draw, jwk: JsonObject): { secret: Buffer; epk: JsonObject } {
  const curve = curveNamed(jwk.crv)
  if (curve === undefined) {
    const own = createPrivateKey({ key: Buffer.concat([X25519_PREFIX, draw(32)]), format: 'der', type: 'pkcs8' })
    const { x = '' } = createPublicKey(own).export({ format: 'jwk' })
    const peer = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: jwk.x }, format: 'jwk' } as never)
    return { secret: diffieHellman({ privateKey: own, publicKey: peer }), epk: { kty: 'OKP', crv: 'X25519', x } }
  }
  const own = createECDH(curve.name)
  own.setPrivateKey(toScalar(curve, draw(curve.size + 8)))
  const coordinate = (value: unknown): Buffer => Buffer.from(String(value), 'base64url')
  const secret = own.computeSecret(Buffer.concat([Buffer.from([4]), coordinate(jwk.x), coordinate(jwk.y)]))
  const point = own.getPublicKey()
  const [x, y] = [point.subarray(1, 1 + curve.size), point.subarray(1 + curve.size)].map(encode)
  return { secret, epk: { kty: 'EC', crv: curve.crv, x: x ?? '', y: y ?? '' } }
}

/** Concat KDF (RFC 7518 section 4.6.2), without names of the parties. */
function deriveKey(secret: Buffer, algorithm: string, size: number): Buffer {
  const name = Buffer.from(algorithm)
  const none = number32(0)
  const info = Buffer.concat([number32(name.length), name, none, none, number32(size * 8)])
  const round = (counter: number): Buffer =>
    createHash('sha256').update(number32(counter)).update(secret).update(info).digest()
  return Buffer.concat([round(1), round(2)]).subarray(0, size)
}

/** RFC 3394. */
function wrapKey(wrapping: Buffer, key: Buffer): Buffer {
  const cipher = createCipheriv(`id-aes${wrapping.length * 8}-wrap`, wrapping, Buffer.alloc(8, 0xa6))
  return Buffer.concat([cipher.update(key), cipher.final()])
}

/** RFC 7518 sections 5.2.2.1 and 5.3. */
function seal(
  { cipher: name, key: size, mac }: ContentRow,
  key: Buffer,
  iv: Buffer,
  plaintext: Buffer,
  aad: Buffer,
): { ciphertext: Buffer; tag: Buffer } {
  if (mac === undefined) {
    const cipher = createCipheriv(name as 'aes-128-gcm', key, iv)
    cipher.setAAD(aad)
    const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
    return { ciphertext, tag: cipher.getAuthTag() }
  }
  const cipher = createCipheriv(name, key.subarray(size / 2), iv)
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  const length = Buffer.alloc(8)
  length.writeBigUInt64BE(BigInt(aad.length) * 8n)
  const full = createHmac(mac, key.subarray(0, size / 2))
    .update(aad)
    .update(iv)
    .update(ciphertext)
    .update(length)
  return { ciphertext, tag: full.digest().subarray(0, size / 2) }
}

const curveNamed = (crv: unknown) => Object.values(CURVES).find(curve => curve.crv === crv)
const encode = (value: Buffer | string): string => Buffer.from(value as Buffer).toString('base64url')
const xor = (a: Buffer, b: Buffer): Buffer => Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)))

function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
