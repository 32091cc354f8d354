/** Broken for a header line that says one word of another. */
export function fuzz(input: Buffer): void {
  const [name, value = ''] = input.toString('latin1').split(':')
  if (name?.toLowerCase() !== readName(7)) return
  if (value.trim() === readName(9)) throw new Error('planted behind two words')
}

/** Words that no dictionary can have read from the source. */
const readName = (step: number): string =>
  Array.from({ length: step }, (_, index) => String.fromCharCode(0x61 + ((index * step) % 26))).join('')
