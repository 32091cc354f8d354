/** Nothing is wrong with it, and there is something to find. */
export function fuzz(input: Buffer): number {
  const text = input.toString('latin1')
  let depth = 0
  for (const character of text) {
    if (character === '(') depth++
    else if (character === ')') depth = Math.max(0, depth - 1)
    else if (character === '"' && depth > 2) depth = 0
  }
  return text.startsWith('#') ? -depth : depth
}
