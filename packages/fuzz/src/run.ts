import { Worker } from 'node:worker_threads'
import { bundleTarget } from './bundle.ts'
import { readCorpus, type TargetFile } from './target.ts'
import { Window } from './trial.ts'
import type { News, Progress, Task } from './worker.ts'

export interface RunOptions {
  readonly seed: number
  readonly seconds: number
  /** Inputs to try at most. */
  readonly runs?: number
  /** Where the instrumented code goes: a folder below the repository. */
  readonly folder: string
  /** Seconds that one input may keep the processor, or wait. */
  readonly patience?: number
  readonly condenses?: boolean
  readonly onProgress?: (progress: Progress, places: number) => void
}

export interface Crash {
  readonly input: Buffer
  /** What was thrown, with its stack, or what happened instead. */
  readonly complaint: string
}

export interface Result {
  readonly progress: Progress
  /** Places in the instrumented code. */
  readonly places: number
  readonly crash: Crash | undefined
  /** A small corpus that reaches as much, where one was asked for. */
  readonly corpus: readonly string[]
}

const PATIENCE = 10
const NOTHING: Progress = { execs: 0, seconds: 0, corpus: 0, coverage: 0 }

/** Seconds in which something was computed here, or the thread had nothing to do but to wait: none in which a busy machine let neither run. */
function secondsOf(worker: Worker): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6 + worker.performance.eventLoopUtilization().idle / 1000
}

/** Fuzzes one target in a thread of its own, which is ended where an input keeps it busy too long or breaks it altogether. */
export async function runTarget(target: TargetFile, options: RunOptions): Promise<Result> {
  const { seed, seconds, runs = Number.POSITIVE_INFINITY, folder, patience = PATIENCE, condenses = false } = options
  const { file, places, words } = await bundleTarget(target.file, folder, `${target.package}-${target.name}`)
  const window = new Window()
  const { shared } = window
  const task: Task = { corpus: readCorpus(target), words, seed, seconds, runs, places, shared, condenses }
  const worker = new Worker(file, { workerData: task, execArgv: ['--no-warnings'] })
  return new Promise(resolve => {
    let progress = NOTHING
    let seen = 0
    let begun = 0
    const watch = setInterval(() => {
      const { count } = window
      const spent = secondsOf(worker)
      if (count > seen) [seen, begun] = [count, spent]
      // Until there is a first input the thread loads.
      else if (count > 0 && spent - begun >= patience) end(crashOf(`an input takes longer than ${patience} s`))
    }, patience * 500)
    const crashOf = (complaint: string): Crash => ({ input: window.input, complaint })
    const end = (crash: Crash | undefined, corpus: readonly string[] = []): void => {
      clearInterval(watch)
      resolve({ progress, places, crash, corpus })
      void worker.terminate()
    }
    worker.on('message', (news: News) => {
      progress = news.progress
      if (news.kind === 'progress') options.onProgress?.(progress, places)
      else if (news.kind === 'done') end(undefined, news.corpus)
      else end({ input: Buffer.from(news.input, 'latin1'), complaint: news.complaint })
    })
    worker.on('error', error => end(crashOf(error instanceof Error ? (error.stack ?? error.message) : String(error))))
    worker.on('exit', code => end(crashOf(`the thread ended with code ${code}`)))
  })
}
