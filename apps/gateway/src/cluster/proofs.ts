import type { ProofMemory } from '@gatehouse/verifier'
import type { ToPrimary, ToWorker } from './messages.ts'

/** Used DPoP proofs that are taken a worker and two minutes; all workers together share the room of all. */
export const PROOFS_A_WORKER = 100_000

/** Milliseconds in which a primary that lives has answered. */
const PATIENCE = 1000

export interface PrimaryMemory extends ProofMemory {
  hear(message: Extract<ToWorker, { gatehouse: 'remembered' }>): void
}

/**
 * The primary's memory of used DPoP proofs (RFC 9449 section 11.1), as a worker asks it. Rejects where there is no answer within `patience`
 * milliseconds: whether the proof was used is not known then, and it may have been remembered all the same.
 */
export function createPrimaryMemory(tell: (message: ToPrimary) => void, patience = PATIENCE): PrimaryMemory {
  const open = new Map<number, (message: Parameters<PrimaryMemory['hear']>[0]) => void>()
  let asked = 0
  return {
    use(digest, period, now) {
      const id = ++asked
      return new Promise((resolve, reject) => {
        const impatience = setTimeout(() => {
          open.delete(id)
          reject(new Error('the primary did not answer in time'))
        }, patience)
        open.set(id, ({ novelty }) => {
          clearTimeout(impatience)
          open.delete(id)
          resolve(novelty)
        })
        tell({ gatehouse: 'use', id, digest, period, now })
      })
    },
    hear: message => open.get(message.id)?.(message),
  }
}
