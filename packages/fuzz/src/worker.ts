import { parentPort, workerData } from 'node:worker_threads'
import { createChance } from './chance.ts'
import { feedback } from './feedback.ts'
import { type Larder, mutate } from './mutate.ts'
import { Pool } from './pool.ts'
import { complaintOf, condense, shrink } from './shrink.ts'
import { type Target, Trial, Window } from './trial.ts'

/** What a worker is to do. */
export interface Task {
  /** Inputs to begin with besides the target's own, one character a byte. */
  readonly corpus: readonly string[]
  readonly words: readonly string[]
  readonly seed: number
  readonly seconds: number
  /** Inputs to try at most. */
  readonly runs: number
  readonly places: number
  readonly shared: SharedArrayBuffer
  /** Whether a small corpus is wanted at the end. */
  readonly condenses: boolean
}

export interface Progress {
  readonly execs: number
  readonly seconds: number
  readonly corpus: number
  readonly coverage: number
}

export type News =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'crash'; readonly input: string; readonly complaint: string; readonly progress: Progress }
  | { readonly kind: 'done'; readonly progress: Progress; readonly corpus: readonly string[] }

/** Bytes of the inputs that are kept of a run. */
const CORPUS_BYTES = 6000
const DEFAULT_LONGEST = 1024
/** How many inputs are tried between two looks at the clock. */
const STRIDE = 16
const MOST_PAIRS = 128

const fromText = (text: string): Buffer => Buffer.from(text, 'latin1')

/** Fuzzes one target until time is up or it breaks. */
export async function work(target: Target): Promise<void> {
  const { corpus, words, seed, seconds, runs, shared, condenses } = workerData as Task
  const say = (news: News): void => parentPort?.postMessage(news)
  const trial = new Trial(target, new Window(shared))
  const pool = new Pool()
  const chance = createChance(seed)
  const longest = target.longest ?? DEFAULT_LONGEST
  const pairs: [Buffer, Buffer][] = []
  const larder: Larder = {
    dictionary: (target.dictionary ?? []).map(fromText),
    words: words.map(fromText),
    pairs,
    other: () => pool.draw(chance),
  }
  const started = performance.now()
  let execs = 0
  const progress = (): Progress => ({
    execs,
    seconds: (performance.now() - started) / 1000,
    corpus: pool.size,
    coverage: trial.coverage,
  })

  const attempt = async (input: Buffer): Promise<boolean> => {
    execs++
    try {
      if (pool.offer(input, await trial.run(input))) remember(pairs, feedback.pairs)
      return true
    } catch (error) {
      const complaint = complaintOf(error)
      const small = await shrink(input, shorter => breaks(trial, shorter, complaint))
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      say({ kind: 'crash', input: small.toString('latin1'), complaint: text, progress: progress() })
      return false
    }
  }

  for (const text of ['', ...(target.seeds ?? []), ...corpus]) if (!(await attempt(fromText(text)))) return
  for (let told = 0; execs < runs && progress().seconds < seconds; ) {
    for (let stride = 0; stride < STRIDE && execs < runs; stride++) {
      if (!(await attempt(mutate(pool.draw(chance), longest, chance, larder)))) return
    }
    if (performance.now() - told < 200) continue
    told = performance.now()
    say({ kind: 'progress', progress: progress() })
  }
  const end = progress()
  const kept = condenses ? await condense(pool.inputs, input => trial.places(input), CORPUS_BYTES) : []
  say({ kind: 'done', progress: end, corpus: kept.map(input => input.toString('latin1')) })
}

async function breaks(trial: Trial, input: Buffer, complaint: string): Promise<boolean> {
  try {
    await trial.run(input)
    return false
  } catch (error) {
    return complaintOf(error) === complaint
  }
}

/** What was compared, either way round: which side is the input's is not known. */
function remember(pairs: [Buffer, Buffer][], texts: readonly string[]): void {
  for (let at = 0; at + 1 < texts.length; at += 2) {
    const [one, other] = [Buffer.from(texts[at] ?? ''), Buffer.from(texts[at + 1] ?? '')]
    pairs.push([one, other], [other, one])
  }
  pairs.splice(0, Math.max(0, pairs.length - MOST_PAIRS))
}
