/** The same complaint, whatever it quotes of the input. */
export const complaintOf = (error: unknown): string => {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return (text.split('\n', 1)[0] ?? '').replace(/["'`].*["'`]|\d+/gs, '…').slice(0, 120)
}

/**
 * A shorter input of which the same holds: pieces are left out, from halves down to single bytes, as long as `holds` agrees. Tries at most
 * `tries` inputs.
 */
export async function shrink(
  input: Buffer,
  holds: (shorter: Buffer) => Promise<boolean>,
  tries = 2000,
): Promise<Buffer> {
  let best = input
  let left = tries
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length && left > 0; left--) {
      const shorter = Buffer.concat([best.subarray(0, at), best.subarray(at + size)])
      if (await holds(shorter)) best = shorter
      else at += size
    }
  }
  return best
}

/** The shortest inputs that together reach every place that all of them reach, within so many bytes. */
export async function condense(
  inputs: readonly Buffer[],
  places: (input: Buffer) => Promise<readonly number[]>,
  bytes: number,
): Promise<Buffer[]> {
  const reached = new Set<number>()
  const kept: Buffer[] = []
  let left = bytes
  for (const input of [...inputs].sort((one, other) => one.length - other.length || one.compare(other))) {
    const fresh = (await places(input)).filter(place => !reached.has(place))
    if (fresh.length === 0 || input.length > left) continue
    for (const place of fresh) reached.add(place)
    kept.push(input)
    left -= input.length
  }
  return kept
}
