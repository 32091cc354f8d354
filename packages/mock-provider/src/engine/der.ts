/** The few forms of DER (X.690) that a certificate is written in. */

function write(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag]), length(content.length), content])
}

/** X.690 section 8.1.3: one octet below 128, else how many octets follow, and those. */
function length(size: number): Buffer {
  if (size < 128) return Buffer.from([size])
  const octets = Buffer.from(size.toString(16).padStart(size > 0xff ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.from([0x80 | octets.length]), octets])
}

export const sequence = (...items: readonly Uint8Array[]): Buffer => write(0x30, ...items)
export const set = (...items: readonly Uint8Array[]): Buffer => write(0x31, ...items)
export const octets = (content: Uint8Array): Buffer => write(0x04, content)
/** All eight bits of the last octet are used. */
export const bits = (content: Uint8Array): Buffer => write(0x03, Buffer.from([0]), content)
export const text = (value: string): Buffer => write(0x0c, Buffer.from(value))
export const boolean = (value: boolean): Buffer => write(0x01, Buffer.from([value ? 0xff : 0]))
export const nothing: Buffer = write(0x05)
/** YYMMDDHHMMSSZ, for the years 1950 to 2049 (RFC 5280 section 4.1.2.5.1). */
export const time = (value: string): Buffer => write(0x17, Buffer.from(value))
/** [number], constructed. */
export const tagged = (number: number, content: Uint8Array): Buffer => write(0xa0 | number, content)
/** [number], primitive. */
export const labelled = (number: number, content: Uint8Array): Buffer => write(0x80 | number, content)

/** An unsigned number, most significant octet first. */
export function integer(value: Uint8Array): Buffer {
  const first = value.findIndex(octet => octet !== 0)
  const digits = first < 0 ? Buffer.from([0]) : Buffer.from(value.subarray(first))
  return write(0x02, (digits[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), digits]) : digits)
}

/** Of its dotted form (X.690 section 8.19). */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return write(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(inBase128)]))
}

function inBase128(arc: number): readonly number[] {
  const octets = [arc & 0x7f]
  for (let rest = arc >>> 7; rest > 0; rest >>>= 7) octets.unshift((rest & 0x7f) | 0x80)
  return octets
}
