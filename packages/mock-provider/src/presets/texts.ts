import type { TextFormat } from '../engine/dialect.ts'

/** Lower-case hexadecimal digits. */
export const hex =
  (digits: number): TextFormat =>
  draw =>
    draw(digits / 2).toString('hex')

/** Letters, digits, `-` and `_`. */
export const letters =
  (count: number): TextFormat =>
  draw =>
    draw(count).toString('base64url').slice(0, count)

/** RFC 9562, in the variant and version that is given. */
export const uuid =
  (version: number): TextFormat =>
  draw => {
    const bytes = draw(16)
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4)
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  }

/**
 * What Python's cryptography calls a Fernet text, put into base64 once more: the version, the time, and bytes that mean nothing here. With 480
 * bytes it has 872 characters and ends in `==`.
 */
export const fernet =
  (bytes: number): TextFormat =>
  (draw, { clock }) => {
    const head = Buffer.alloc(9)
    head[0] = 0x80
    head.writeBigUInt64BE(BigInt(clock.now()), 1)
    const text = Buffer.concat([head, draw(bytes)]).toString('base64')
    return Buffer.from(text.replaceAll('+', '-').replaceAll('/', '_')).toString('base64')
  }
