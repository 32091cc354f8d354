import type { Sample } from './samples.ts'

/** Questions to an issuer: so many about tokens (`introspection.maxInFlight`), one for its discovery document and one for its keys. */
const MOST_ASKED = 100 + 2

/**
 * Queues that held more than there was anybody to wait in them. Each client waits for one answer at a time, so that no more can be under way than
 * there are clients, and those who have just gone away.
 */
export function findOverflows(
  samples: readonly Sample[],
  { clients, issuers }: { clients: number; issuers: number },
): string[] {
  const most = (read: (sample: Sample) => number): number => Math.max(0, ...samples.map(read))
  const bounds: readonly (readonly [queue: string, held: number, bound: number])[] = [
    ['requests under way and waiting', most(({ underWay, queued }) => underWay + queued), 2 * clients],
    ['questions to the provider', most(({ asking }) => asking), issuers * MOST_ASKED],
  ]
  return bounds.flatMap(([queue, held, bound]) =>
    held > bound ? [`${queue}: ${held} where ${bound} have a reason`] : [],
  )
}

/** Queues that hold something though nobody waits any more. */
export const findLeftovers = ({ underWay, queued, asking }: Sample): string[] =>
  Object.entries({ underWay, queued, asking }).flatMap(([queue, held]) =>
    held > 0 ? [`${queue}: ${held} at rest`] : [],
  )
