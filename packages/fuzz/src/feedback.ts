import { workerData } from 'node:worker_threads'

/** What instrumented code tells while it runs. One object for a thread, found by the code under `globalThis`. */
export interface Feedback {
  /** How often each place of the code was reached since the last `clear`. */
  readonly hits: Uint8Array
  /** `===`, told apart by how much of both sides agrees. */
  same(place: number, left: unknown, right: unknown): boolean
  /** The subject of a `switch`, told apart by how much of it agrees with each case. */
  among(place: number, subject: unknown, cases: readonly unknown[]): unknown
  /** Marks of comparisons that were closer than ever or not; each a small number. */
  readonly marks: readonly number[]
  /** Pairs of texts that were compared and differed, in turn: what was there, what was wanted. */
  readonly pairs: readonly string[]
  clear(): void
}

declare global {
  var __fuzz: Feedback
}

/** Of the largest bundle; a thread is told how many its own has. */
const MOST_PLACES = 1 << 17
const MARKS = 1 << 15
const MOST_PAIRS = 64
const LONGEST = 64

const hits = new Uint8Array(placesOf(workerData))
const seen = new Uint8Array(MARKS)
let marks: number[] = []
let pairs: string[] = []

function placesOf(task: unknown): number {
  const told = typeof task === 'object' && task !== null && 'places' in task ? task.places : undefined
  // Whole words of eight, which is how they are looked through.
  return typeof told === 'number' ? Math.ceil((told + 1) / 8) * 8 : MOST_PLACES
}

function mark(place: number, closeness: number): void {
  const number = (Math.imul(place, 67) + closeness) % MARKS
  if (seen[number] === 1) return
  seen[number] = 1
  marks.push(number)
}

/** Texts agree by their first characters, whole numbers by their highest bits. */
function compare(place: number, left: unknown, right: unknown): void {
  if (typeof left === 'string' && typeof right === 'string') {
    if (pairs.length < MOST_PAIRS && left.length <= LONGEST && right.length <= LONGEST) pairs.push(left, right)
    const end = Math.min(left.length, right.length, 31)
    let agreed = 0
    while (agreed < end && left.charCodeAt(agreed) === right.charCodeAt(agreed)) agreed++
    mark(place, agreed + (left.length === right.length ? 32 : 0))
  } else if (Number.isInteger(left) && Number.isInteger(right)) {
    mark(place, Math.clz32((left as number) ^ (right as number)))
  }
}

globalThis.__fuzz = {
  hits,
  get marks() {
    return marks
  },
  get pairs() {
    return pairs
  },
  same(place, left, right) {
    if (left === right) return true
    compare(place, left, right)
    return false
  },
  among(place, subject, cases) {
    for (const one of cases) if (one !== subject) compare(place, subject, one)
    return subject
  },
  clear() {
    hits.fill(0)
    for (const number of marks) seen[number] = 0
    marks = []
    pairs = []
  },
}

export const feedback: Feedback = globalThis.__fuzz
