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

const FIELD_LINES = new RegExp(`^(?:${LINE})*$`, 'i')

/** Whether a request line can be made of them. */
export const isRequestLine = (method: string, target: string): boolean => METHOD.test(method) && TARGET.test(target)

/**
 * Whether `text` is nothing but field lines, none of which frames the message. A character above U+00FF would be cut to its low byte when
 * written, and U+010A would so become a line feed: it is refused with the control characters.
 */
export const areFieldLines = (text: string): boolean => text === '' || FIELD_LINES.test(text)

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
