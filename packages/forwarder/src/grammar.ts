/** Byte classes of RFC 9110 section 5 and RFC 9112 section 5, as tables: one look-up a byte. */

export const HT = 0x09
export const LF = 0x0a
export const CR = 0x0d
export const SP = 0x20
export const COLON = 0x3a
export const SEMICOLON = 0x3b

function classify(isMember: (byte: number) => boolean): Uint8Array {
  const table = new Uint8Array(256)
  for (let byte = 0; byte < 256; byte++) table[byte] = isMember(byte) ? 1 : 0
  return table
}

const PUNCTUATION = "!#$%&'*+-.^_`|~"

/** `tchar`: what a field name is made of (RFC 9110 section 5.6.2). */
export const TOKEN: Uint8Array = classify(byte => {
  const character = String.fromCharCode(byte)
  return byte < 0x80 && (/[0-9A-Za-z]/.test(character) || PUNCTUATION.includes(character))
})

/** What a field value is made of: HTAB, SP, VCHAR and obs-text, and nothing else (RFC 9110 section 5.5). */
export const VALUE: Uint8Array = classify(byte => byte === HT || (byte >= SP && byte !== 0x7f))

/** Worth of a hexadecimal digit, 255 for any other byte (RFC 9112 section 7.1). */
export const HEX: Uint8Array = new Uint8Array(256).fill(255)
for (let digit = 0; digit < 16; digit++) {
  HEX[digit.toString(16).charCodeAt(0)] = digit
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit
}

// CONNECT asks for a tunnel, whose answer has no end (RFC 9110 section 9.3.6).
const METHOD = /^(?!CONNECT$)[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const TARGET = /^[\x21-\x7e]+$/
// Framing and `connection` are refused: a second opinion on where the body ends is how requests are smuggled.
const LINE =
  "(?!(?:content-length|transfer-encoding|connection):)[!#$%&'*+\\-.^_`|~0-9A-Za-z]+:[\\t\\x20-\\x7e\\x80-\\xff]*\\r\\n"

/** Of a whole head that ends with this, whose request line is looked at apart. */
const headEndingWith = (end: string): RegExp =>
  new RegExp(`^[^\\r\\n]+\\r\\n(?:${LINE})*${end}connection: keep-alive\\r\\n\\r\\n$`, 'i')

const HEADS = {
  none: headEndingWith(''),
  length: headEndingWith('content-length: [0-9]+\\r\\n'),
  chunks: headEndingWith('transfer-encoding: chunked\\r\\n'),
} as const

/**
 * Whether `head`, made of this method, this target and the caller's field lines, is a request head with no other framing than the
 * forwarder's own, which stands at its end. A character above U+00FF would be cut to its low byte when written, and U+010A would so become a
 * line feed: it is refused with the control characters.
 */
export function isRequestHead(head: string, method: string, target: string, framing: keyof typeof HEADS): boolean {
  return METHOD.test(method) && TARGET.test(target) && HEADS[framing].test(head)
}

const NO_BODY = /^(?:GET|HEAD|OPTIONS|TRACE|DELETE)$/
const IDEMPOTENT = /^(?:GET|HEAD|OPTIONS|TRACE|PUT|DELETE)$/

/** Methods that may be repeated without asking (RFC 9110 section 9.2.2). */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.test(method)
}

/** Whether an absent body should be stated as `content-length: 0` (RFC 9110 section 8.6: for methods that anticipate content). */
export function anticipatesContent(method: string): boolean {
  return !NO_BODY.test(method)
}
