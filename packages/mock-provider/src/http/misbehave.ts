import type { Fault, Occasion } from '../engine/faults.ts'
import type { Tenant } from '../engine/tenant.ts'
import { findMisbehaviour } from '../misbehaviours/index.ts'
import type { Answer, Question } from './message.ts'

/** What the misbehaviour of a fault makes of an answer. A fault that has nothing to spoil in it is not used up. */
export function misbehave(
  tenant: Tenant,
  fault: Fault,
  occasion: Occasion,
  { path, query }: Question,
): (answer: Answer) => Answer {
  return answer => {
    const bend = fault.misbehaviour === undefined ? undefined : findMisbehaviour(fault.misbehaviour)?.bend
    if (bend === undefined) return answer
    const target = query === '' ? path : `${path}?${query}`
    const bent = bend(answer, { tenant, endpoint: occasion.endpoint, target, parameters: occasion.parameters() })
    if (bent !== undefined) return bent
    tenant.faults.spare(fault)
    return answer
  }
}
