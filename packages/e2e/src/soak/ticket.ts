import { type Chance, pick } from './chance.ts'

/** A credential, with the answers that are right for it. */
export interface Ticket {
  readonly kind: Kind
  /** The kind, and what is wrong with it. */
  readonly name: string
  readonly path: string
  /** Values of `Authorization`, one a field line. */
  readonly authorization: readonly string[]
  /** Who the upstream is told it is; undefined for what must never get there. */
  readonly subject: string | undefined
  readonly allowed: Rule
  /** When the token runs out, where that is soon, in milliseconds since the epoch. */
  readonly expiresAt?: number
  /** It was served. */
  readonly learn: (now: number) => void
}

/** Statuses that are right for a request sent at this time (milliseconds), by all that is known when it is answered. */
export type Rule = (sent: number) => readonly number[]

/** How often each kind is sent, as a weight: what is good first, then what must be refused whatever fails at that moment. */
const WEIGHTS = {
  hot: 6,
  fresh: 2,
  opaque: 3,
  both: 2,
  stale: 2,
  steady: 2,
  mortal: 1,
  defect: 3,
  forged: 1,
  stranger: 1,
  foreign: 1,
  unscoped: 1,
  bound: 1,
  garbage: 1,
  doubled: 1,
  none: 1,
} as const

export type Kind = keyof typeof WEIGHTS
/** What must be served once all is well. */
export const GOOD = ['hot', 'fresh', 'opaque', 'both', 'stale', 'steady'] as const satisfies readonly Kind[]

const DECK = Object.entries(WEIGHTS).flatMap(([kind, weight]) => new Array<Kind>(weight).fill(kind as Kind))
export const drawKind = (chance: Chance): Kind => pick(chance, DECK)
