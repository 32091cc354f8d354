/** One metric at one moment, in the form that prom-client aggregates and renders, and that JSON carries between processes. */
export interface Sample {
  readonly name: string
  readonly help: string
  readonly type: string
  /** How values of several processes become one: sum, average, first, max, ... */
  readonly aggregator: string
  readonly values: readonly SampleValue[]
}

export interface SampleValue {
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
  /** Where it is not the metric's own: `_bucket`, `_sum` and `_count`. */
  readonly metricName?: string
}

type Labels = readonly (string | number)[]

/** Between the values of labels in a key; no name of the configuration and no code has it. */
const SEPARATOR = '\u0000'

const keyOf = (labels: Labels): string => (labels.length === 1 ? String(labels[0]) : labels.join(SEPARATOR))

const nameLabels = (names: readonly string[], values: Labels): Record<string, string | number> =>
  Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']))

/** Counts, by labels whose values come in a fixed order. Counting costs one look into a map and makes nothing. */
export class Counter {
  readonly #head: Omit<Sample, 'values'>
  readonly #labels: readonly string[]
  readonly #series = new Map<string, { readonly labels: Labels; value: number }>()

  constructor(name: string, help: string, labels: readonly string[]) {
    this.#head = { name, help, type: 'counter', aggregator: 'sum' }
    this.#labels = labels
  }

  inc(...labels: Labels): void {
    const key = keyOf(labels)
    const series = this.#series.get(key)
    if (series === undefined) this.#series.set(key, { labels, value: 1 })
    else series.value += 1
  }

  read(): Sample {
    const values = [...this.#series.values()].map(({ labels, value }) => ({
      labels: nameLabels(this.#labels, labels),
      value,
    }))
    return { ...this.#head, values }
  }
}

interface Distribution {
  readonly labels: Labels
  /** Not cumulative; the last is for what is above every bound. */
  readonly counts: number[]
  sum: number
}

/** Distributes seconds over buckets, by labels. */
export class Histogram {
  readonly #head: Omit<Sample, 'values'>
  readonly #labels: readonly string[]
  readonly #bounds: readonly number[]
  readonly #series = new Map<string, Distribution>()

  constructor(name: string, help: string, labels: readonly string[], bounds: readonly number[]) {
    this.#head = { name, help, type: 'histogram', aggregator: 'sum' }
    this.#labels = labels
    this.#bounds = bounds
  }

  observe(seconds: number, ...labels: Labels): void {
    const key = keyOf(labels)
    let series = this.#series.get(key)
    if (series === undefined) {
      series = { labels, counts: Array.from({ length: this.#bounds.length + 1 }, () => 0), sum: 0 }
      this.#series.set(key, series)
    }
    let bucket = 0
    while (bucket < this.#bounds.length && seconds > (this.#bounds[bucket] ?? 0)) bucket += 1
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
    series.sum += seconds
  }

  read(): Sample {
    return { ...this.#head, values: [...this.#series.values()].flatMap(series => this.#describe(series)) }
  }

  #describe({ labels, counts, sum }: Distribution): SampleValue[] {
    const { name } = this.#head
    const named = nameLabels(this.#labels, labels)
    let count = 0
    const buckets = counts.map((own, index) => {
      count += own
      return { metricName: `${name}_bucket`, labels: { le: this.#bounds[index] ?? '+Inf', ...named }, value: count }
    })
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: named, value: sum },
      { metricName: `${name}_count`, labels: named, value: count },
    ]
  }
}
