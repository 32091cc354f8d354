import { isUtf8 } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { JsonObject, SignatureAlgorithm } from '@gatehouse/protocol'
import { ALGORITHMS, isAlgorithm } from './algorithms.ts'
import type { SigningKey } from './keys.ts'

/** JWS compact serialization before and after its signature (RFC 7515 section 3.1). */
export interface DecodedJwt {
  readonly header: JsonObject
  readonly claims: JsonObject
  readonly input: Buffer
  readonly signature: Buffer
}

/** `write` is how the claims are written; the header is always compact JSON. */
export const signingInput = (header: JsonObject, claims: JsonObject, write: Write = JSON.stringify): string =>
  `${encodeHeader(header)}.${encode(write(claims))}`

export type Write = (claims: JsonObject) => string

export function signJwt(
  header: JsonObject,
  claims: JsonObject,
  sign: (input: Buffer) => Buffer,
  write?: Write,
): string {
  const input = signingInput(header, claims, write)
  return `${input}.${sign(Buffer.from(input, 'latin1')).toString('base64url')}`
}

export const hmac = (alg: SignatureAlgorithm, secret: string | Buffer, input: Buffer): Buffer =>
  createHmac(ALGORITHMS[alg].hash, secret).update(input).digest()

/** Reads without judging; undefined for what is no JWS in compact form with JSON objects in it. */
export function decodeJwt(token: string): DecodedJwt | undefined {
  const parts = token.split('.')
  const [first, second, third] = parts
  if (parts.length !== 3 || first === undefined || second === undefined || third === undefined) return undefined
  if (!parts.every(part => BASE64URL.test(part))) return undefined
  const header = parseObject(first)
  const claims = parseObject(second)
  if (header === undefined || claims === undefined) return undefined
  const signature = Buffer.from(third, 'base64url')
  // The last character of a signature has spare bits: only the canonical spelling is ours (RFC 4648 section 3.5).
  if (signature.toString('base64url') !== third) return undefined
  return { header, claims, input: Buffer.from(`${first}.${second}`), signature }
}

/** The header of a JWS or JWE in compact form, unjudged. */
export const decodeHeader = (token: string): JsonObject | undefined => parseObject(token.split('.', 1)[0] ?? '')

/** True when one of the tenant's keys, or the HS* secret, made the signature. Judges neither times nor names; refuses `crit` of any kind. */
export function isSignedBy(
  { header, input, signature }: DecodedJwt,
  findKey: (kid: string) => SigningKey | undefined,
  secret: string | undefined,
): boolean {
  const { alg, kid } = header
  if (!isAlgorithm(alg) || header.crit !== undefined) return false
  const { kind, slot } = ALGORITHMS[alg]
  if (kind === 'hmac') {
    if (secret === undefined) return false
    const expected = hmac(alg, secret, input)
    return expected.length === signature.length && timingSafeEqual(expected, signature)
  }
  const key = typeof kid === 'string' ? findKey(kid) : undefined
  return key !== undefined && key.slot === slot && key.verify(alg, input, signature)
}

const BASE64URL = /^[\w-]*$/

const encode = (text: string): string => Buffer.from(text).toString('base64url')

let lastHeader = { json: '', encoded: '' }

/** Many tokens in turn have the same. */
function encodeHeader(header: JsonObject): string {
  const json = JSON.stringify(header)
  if (json !== lastHeader.json) lastHeader = { json, encoded: encode(json) }
  return lastHeader.encoded
}

function parseObject(part: string): JsonObject | undefined {
  try {
    const bytes = Buffer.from(part, 'base64url')
    const value: unknown = isUtf8(bytes) ? JSON.parse(bytes.toString()) : undefined
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
  } catch {
    return undefined
  }
}
