import { isUtf8 } from 'node:buffer'
import type { Claims, JsonObject } from '@gatehouse/protocol'
import { hasDuplicateMembers, parseJsonObject } from '../json.ts'

/** A JWT that is read and not verified: its claims are candidates, good only to pick an issuer. */
export interface Jwt {
  readonly alg: string
  readonly kid: string | undefined
  readonly typ: string | undefined
  readonly claims: Claims
}

/** `opaque`: no JWT at all. `malformed`: a JWT by its looks, of which no part is believed. */
export type Shape =
  | { readonly shape: 'opaque' }
  | { readonly shape: 'malformed'; readonly cause: string }
  | { readonly shape: 'jwt'; readonly jwt: Jwt }

const THREE_PARTS = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]*)$/

/**
 * JWT or not, by form alone: three base64url parts of which the first is a JSON object (RFC 7515 section 7.1). A JWE has five
 * parts and is opaque here. Strict within: canonical base64url, UTF-8, JSON objects without duplicate members (RFC 7515 section 4 and
 * RFC 7519 section 4 leave that choice), no critical extensions. Does not judge `alg`, `typ`, any claim or the signature.
 */
export function classify(token: string): Shape {
  const [, encodedHeader, encodedClaims, signature] = THREE_PARTS.exec(token) ?? []
  if (encodedHeader === undefined || encodedClaims === undefined || signature === undefined) return OPAQUE
  const header = known.get(encodedHeader) ?? readHeader(encodedHeader)
  if ('shape' in header) return header
  if (!isCanonical(encodedClaims) || !isCanonical(signature)) return malformed(SPELLING)
  const text = decode(encodedClaims)
  const claims = text === undefined ? undefined : parseJsonObject(text)
  if (text === undefined || claims === undefined) return malformed('The payload is not a JSON object')
  if (hasDuplicateMembers(text, claims)) return malformed('The payload has a member twice')
  const { alg, kid, typ } = header
  return { shape: 'jwt', jwt: { alg, kid, typ, claims } }
}

type Header = Omit<Jwt, 'claims'>

/** Headers by their encoding: an issuer's tokens have few between them, and nothing in them is secret. Emptied when it is full. */
const known = new Map<string, Header>()
const MOST_KNOWN = 256

function readHeader(encoded: string): Header | Shape {
  const bytes = Buffer.from(encoded, 'base64url')
  const text = bytes.toString()
  const header = parseJsonObject(text)
  if (header === undefined) return OPAQUE
  if (!isCanonical(encoded) || !isUtf8(bytes)) return malformed(SPELLING)
  if (hasDuplicateMembers(text, header)) return malformed('The header has a member twice')
  const read = readMembers(header)
  if ('shape' in read) return read
  if (known.size === MOST_KNOWN) known.clear()
  // Spelt anew: what was cut from the token would keep the whole of it in memory.
  known.set(bytes.toString('base64url'), read)
  return read
}

function readMembers({ alg, kid, typ, crit, b64 }: JsonObject): Header | Shape {
  if (typeof alg !== 'string') return malformed('The header has no alg')
  if (kid !== undefined && typeof kid !== 'string') return malformed('The header has a kid that is no string')
  if (typ !== undefined && typeof typ !== 'string') return malformed('The header has a typ that is no string')
  // Neither is understood here, and RFC 7515 section 4.1.11 wants what is critical and not understood refused (RFC 7797 for b64).
  if (crit !== undefined || b64 !== undefined) return malformed('The header has critical extensions')
  return { alg, kid, typ }
}

/** The text of a part in canonical base64url; undefined where it is no UTF-8. */
function decode(encoded: string): string | undefined {
  const bytes = Buffer.from(encoded, 'base64url')
  const text = bytes.toString()
  return text.includes(REPLACEMENT) && !isUtf8(bytes) ? undefined : text
}

/** Stands where bytes were no UTF-8, or where the text itself has it. */
const REPLACEMENT = '\ufffd'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** Characters that may end a part whose last group has two or three: the bits beyond the last byte are zero (RFC 4648 section 3.5). */
const ENDS: readonly (ReadonlySet<string> | undefined)[] = [
  new Set(ALPHABET),
  undefined,
  new Set([...ALPHABET].filter((_, value) => value % 16 === 0)),
  new Set([...ALPHABET].filter((_, value) => value % 4 === 0)),
]

/** Whether base64url is the only spelling of its bytes: another one would be another name for the same token. */
const isCanonical = (part: string): boolean =>
  part === '' || ENDS[part.length % 4]?.has(part.charAt(part.length - 1)) === true

const OPAQUE: Shape = { shape: 'opaque' }
const malformed = (cause: string): Shape => ({ shape: 'malformed', cause })
const SPELLING = 'The token is not canonical base64url of UTF-8'
