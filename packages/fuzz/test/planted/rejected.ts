/** Broken later than at once. */
export async function fuzz(input: Buffer): Promise<void> {
  await Promise.resolve()
  if (input[0] === 0x21) throw new Error('planted in a promise')
}
