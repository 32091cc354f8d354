/** Never settles for an input that begins with `!`, while a timer keeps its thread alive. */
export async function fuzz(input: Buffer): Promise<void> {
  if (input[0] === 0x21) await new Promise(resolve => setTimeout(resolve, 2 ** 30))
}
