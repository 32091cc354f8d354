import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { median } from './report.ts'
import { ask, type Single, type SinglePlan, withGateway } from './single.ts'

/** Connections that are open throughout, as those of a busy front are: what is offered does not wait for answers. */
const CONNECTIONS = 2000
/** Tokens for what it can serve: all at once, over as many connections as are measured elsewhere. */
const ALL_AT_ONCE = { tokens: 8000, connections: 64 }
/** Parts of what it can serve that are offered. */
const SHARES = [0.5, 1, 2] as const

interface Times {
  readonly count: number
  /** Milliseconds from when a request was due. */
  readonly p50: number
  readonly p99: number
}

/** What a client got whose requests come at their own pace. What got no answer counts as accepted, with the time that it has waited. */
interface Answers {
  readonly seconds: number
  readonly accepted: Times
  /** Refused with 503 and Retry-After. */
  readonly shed: Times
  /** Anything else, and connections that were closed. */
  readonly errors: number
  readonly unanswered: number
}

export interface OverloadRound {
  /** Requests a second. */
  readonly capacity: number
  /** One for each of the shares. */
  readonly offered: readonly Answers[]
}

/**
 * Offers half of what the gateway can serve, all of it and twice as much, in turn. Every token is new, so that a request costs a signature: it is
 * the gateway's processor that is short, and what is refused must cost much less than what is served.
 */
export const benchOverload = (plan: SinglePlan): Promise<readonly OverloadRound[]> =>
  withGateway(plan, async single => {
    const seconds = Math.max(plan.seconds, 3)
    const rounds: OverloadRound[] = []
    for (let round = 0; round <= plan.rounds; round++) {
      const { tokens, connections } = ALL_AT_ONCE
      const most = await offer(single, tokens * 1000, 0.001, connections)
      const capacity = (most.accepted.count - most.unanswered) / most.seconds
      const offered: Answers[] = []
      for (const share of SHARES) offered.push(await offer(single, Math.round(capacity * share), seconds, CONNECTIONS))
      if (round > 0) rounds.push({ capacity, offered })
      plan.say(`overload: round ${round} of ${plan.rounds}: ${Math.round(capacity)} requests a second`)
    }
    return rounds
  })

async function offer({ url, issuer, folder }: Single, rate: number, seconds: number, count: number): Promise<Answers> {
  const tokens = join(folder, 'tokens.txt')
  await writeFile(tokens, issuer.many(Math.round(rate * seconds)).join('\n'))
  return ask<Answers>('open-loop.mjs', `${url}/guarded/7`, tokens, String(rate), String(seconds), String(count))
}

/** A line a share, medians over the rounds, and what twice the capacity does to those who are served. */
export function printOverload(rounds: readonly OverloadRound[]): string {
  const of = (pick: (answers: Answers) => number, at: number): number =>
    median(rounds.flatMap(({ offered }) => offered.slice(at, at + 1)).map(pick))
  const lines = SHARES.map((share, at) => {
    const total = ({ accepted, shed, errors }: Answers): number => accepted.count + shed.count + errors
    return [
      `${share} of capacity:`,
      `served ${(of(answers => (answers.accepted.count - answers.unanswered) / total(answers), at) * 100).toFixed(0)} %,`,
      `p50 ${of(({ accepted }) => accepted.p50, at).toFixed(1)} ms, p99 ${of(({ accepted }) => accepted.p99, at).toFixed(1)} ms;`,
      `told to come back ${(of(answers => answers.shed.count / total(answers), at) * 100).toFixed(0)} %,`,
      `p99 ${of(({ shed }) => shed.p99, at).toFixed(1)} ms;`,
      `${of(({ unanswered }) => unanswered, at)} without an answer, ${of(({ errors }) => errors, at)} errors`,
    ].join(' ')
  })
  const capacity = median(rounds.map(round => round.capacity))
  const growth = (from: number): string =>
    median(
      rounds.map(
        ({ offered }) => (offered[2]?.accepted.p99 ?? Number.NaN) / (offered[from]?.accepted.p99 ?? Number.NaN),
      ),
    ).toFixed(2)
  const verdict = `${Math.round(capacity)} requests a second; p99 of those served at twice that, by p99 at capacity: ${growth(1)}, at half of it: ${growth(0)}`
  return `${[...lines, verdict].join('\n')}\n`
}
