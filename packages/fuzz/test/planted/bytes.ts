/** Broken for the four bytes `GH!` and 0x7f at its beginning: chance alone would want four thousand million inputs. */
export function fuzz(input: Buffer): void {
  if (input[0] !== 0x47) return
  if (input[1] !== 0x48) return
  if (input[2] !== 0x21) return
  if (input[3] === 0x7f) throw new Error('planted behind four bytes')
}
