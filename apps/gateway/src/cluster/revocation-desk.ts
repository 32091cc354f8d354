import { readRevocation } from '@gatehouse/fastify-gateway'
import type { Denials } from '@gatehouse/verifier'
import type { RevocationDesk } from '../server/revocations.ts'
import type { Crew } from './crew.ts'

/** Revocations that the primary takes for all: it remembers them for workers that start later, and tells those that there are. */
export const deskOf = (denials: Denials, crew: Crew): RevocationDesk => ({
  async revoke(revocation) {
    const denial = denials.deny(readRevocation(revocation))
    if (denial === undefined) return undefined
    for (const member of crew.members) member.send({ gatehouse: 'deny', denials: [denial] })
    return { until: denial.until, isEverywhere: await isHeard(crew) }
  },
  async lift(revocation) {
    const wasThere = denials.lift(readRevocation(revocation))
    for (const member of crew.members) member.send({ gatehouse: 'lift', revocation })
    await isHeard(crew)
    return wasThere
  },
  inForce: () => denials.inForce(),
})

/** Messages are read in the order sent: who reports has applied what came before. */
async function isHeard({ serving }: Crew): Promise<boolean> {
  const reports = await Promise.all(serving.map(member => member.report()))
  return !reports.includes(undefined)
}
