import { hash, timingSafeEqual } from 'node:crypto'

/**
 * Whether what was shown is the secret that is known, in a time that tells nothing of it: digests have one length. Nobody shows what is not
 * there.
 */
export const isSecret = (shown: string | undefined, known: string | undefined): boolean =>
  shown !== undefined && known !== undefined && timingSafeEqual(digest(shown), digest(known))

const digest = (text: string): Buffer => hash('sha256', text, 'buffer')
