import type { ProbeCase } from './case.ts'
import { hasChallenge } from './cases/credentials.ts'
import type { ProbeRoute } from './settings.ts'
import type { Exchange } from './wire.ts'

export const VERDICTS = ['let through', 'refused wrongly', 'tolerated', 'fine'] as const
/** `tolerated`: it passed, and there is a reason why a correct server may let it. */
export type Verdict = (typeof VERDICTS)[number]

export interface Judgement {
  readonly verdict: Verdict
  readonly why: string
}

/** Compares an answer with what a correct resource server answers. */
export function judge(
  { name, demand, fine, allowed, look }: ProbeCase,
  route: ProbeRoute,
  { replies }: Exchange,
): Judgement {
  const [first, second] = replies
  const isTaken = (status: number): boolean => status === route.expect || (status >= 200 && status < 300)
  if (look !== undefined && (first === undefined || isTaken(first.status))) {
    if (look === 'smuggled' && second !== undefined) return judgeSecond(second.status, fine.includes(second.status))
    if (second === undefined && (allowed === undefined || first === undefined))
      return { verdict: 'fine', why: first === undefined ? 'no answer' : 'the rest was not read' }
  }
  const reply = look === 'second' ? second : first
  const status = reply?.status ?? 0
  const shown = showStatus(status)
  if (demand === 'pass')
    return isTaken(status)
      ? { verdict: 'fine', why: shown }
      : { verdict: 'refused wrongly', why: `${shown}, and it is good` }
  if (isTaken(status))
    return allowed === undefined
      ? { verdict: 'let through', why: shown }
      : { verdict: 'tolerated', why: `${shown}: ${allowed}` }
  if (status === 401 && name === 'no_credential' && !hasChallenge(reply?.head ?? ''))
    return { verdict: 'refused wrongly', why: '401 without WWW-Authenticate (RFC 9110 section 15.5.2)' }
  if (fine.includes(status)) return { verdict: 'fine', why: shown }
  if (demand === 'shut' && status >= 300 && status < 500)
    return { verdict: 'let through', why: `${shown}: it was read, and an application answered` }
  return { verdict: 'refused wrongly', why: `${shown} in place of ${fine.filter(each => each > 0).join(' or ')}` }
}

const judgeSecond = (status: number, isRefused: boolean): Judgement =>
  isRefused
    ? { verdict: 'fine', why: `${showStatus(status)} to what followed` }
    : { verdict: 'let through', why: `${showStatus(status)} to the request hidden in the body` }

const showStatus = (status: number): string => (status === 0 ? 'no answer' : String(status))
