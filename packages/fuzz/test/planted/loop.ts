/** Never ends for an input with a `<` and no `>` after it. */
export function fuzz(input: Buffer): void {
  let at = input.indexOf('<')
  while (at >= 0 && input[at] !== 0x3e) at = Math.min(at + 1, input.length)
}
