import { timingSafeEqual } from 'node:crypto'

/**
 * Whether what was shown is the secret that is known, in a time that tells nothing of it but its length. Nobody shows what is not there.
 */
export function isSecret(shown: string | undefined, known: string | undefined): boolean {
  if (shown === undefined || known === undefined) return false
  const [bytes, expected] = [Buffer.from(shown), Buffer.from(known)]
  return bytes.length === expected.length && timingSafeEqual(bytes, expected)
}
