import type { Sample, SampleValue } from './tally.ts'

/** What only grows: it goes on counting when its process is gone. */
const GROWING: ReadonlySet<string> = new Set(['counter', 'histogram', 'summary'])

interface Inherited {
  readonly head: Omit<Sample, 'values'>
  readonly values: Map<string, SampleValue>
}

/**
 * The last word of every process. When one is gone, its counters are kept and its gauges are not, so that no counter ever falls while the
 * gateway runs. What a process counted after its last word is lost with it.
 */
export class Ledger {
  readonly #living = new Map<number, Map<string, Sample>>()
  readonly #inherited = new Map<string, Inherited>()

  /** Samples replace those of the same name; the others of that process stay. */
  note(process: number, samples: readonly Sample[]): void {
    const known = this.#living.get(process) ?? new Map<string, Sample>()
    for (const sample of samples) known.set(sample.name, sample)
    this.#living.set(process, known)
  }

  bury(process: number): void {
    const last = this.#living.get(process)
    this.#living.delete(process)
    for (const sample of last?.values() ?? []) if (GROWING.has(sample.type)) this.#inherit(sample)
  }

  /** One list a process, and one of all that are gone. */
  read(): Sample[][] {
    const gone = [...this.#inherited.values()].map(({ head, values }) => ({ ...head, values: [...values.values()] }))
    return [...[...this.#living.values()].map(samples => [...samples.values()]), gone]
  }

  #inherit({ values, ...head }: Sample): void {
    const inherited = this.#inherited.get(head.name) ?? { head, values: new Map<string, SampleValue>() }
    this.#inherited.set(head.name, inherited)
    for (const value of values) {
      const key = JSON.stringify([value.metricName, Object.entries(value.labels).sort()])
      const before = inherited.values.get(key)?.value ?? 0
      inherited.values.set(key, { ...value, value: before + value.value })
    }
  }
}
