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

/** Series by their labels, which come in a fixed order and number: a tree of maps, so that no request puts a key together. */
class Series<S> {
  readonly #root = new Map<string | number, unknown>()
  readonly #make: (labels: Labels) => S
  readonly #all: S[] = []

  constructor(make: (labels: Labels) => S) {
    this.#make = make
  }

  find(labels: Labels): S {
    const last = labels.length - 1
    let level = this.#root
    for (let index = 0; index < last; index++) {
      const label = labels[index] ?? ''
      const next = (level.get(label) as typeof level | undefined) ?? new Map<string | number, unknown>()
      if (next.size === 0) level.set(label, next)
      level = next
    }
    const label = labels[last] ?? ''
    const known = level.get(label) as S | undefined
    return known ?? this.#add(level, label, labels)
  }

  #add(level: Map<string | number, unknown>, label: string | number, labels: Labels): S {
    const made = this.#make(labels)
    level.set(label, made)
    this.#all.push(made)
    return made
  }

  all(): readonly S[] {
    return this.#all
  }
}

const nameLabels = (names: readonly string[], values: Labels): Record<string, string | number> =>
  Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']))

/** Counts, by labels whose values come in a fixed order. Counting costs a look into a map for each of them. */
export class Counter {
  readonly #head: Omit<Sample, 'values'>
  readonly #labels: readonly string[]
  readonly #series = new Series<{ readonly labels: Labels; value: number }>(labels => ({ labels, value: 0 }))

  constructor(name: string, help: string, labels: readonly string[]) {
    this.#head = { name, help, type: 'counter', aggregator: 'sum' }
    this.#labels = labels
  }

  inc(...labels: Labels): void {
    this.#series.find(labels).value += 1
  }

  read(): Sample {
    const values = this.#series.all().map(({ labels, value }) => ({
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
  readonly #series: Series<Distribution>

  constructor(name: string, help: string, labels: readonly string[], bounds: readonly number[]) {
    this.#head = { name, help, type: 'histogram', aggregator: 'sum' }
    this.#labels = labels
    this.#bounds = bounds
    this.#series = new Series(own => ({
      labels: own,
      counts: Array.from({ length: bounds.length + 1 }, () => 0),
      sum: 0,
    }))
  }

  observe(seconds: number, ...labels: Labels): void {
    const series = this.#series.find(labels)
    let bucket = 0
    while (bucket < this.#bounds.length && seconds > (this.#bounds[bucket] ?? 0)) bucket += 1
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
    series.sum += seconds
  }

  read(): Sample {
    return { ...this.#head, values: this.#series.all().flatMap(series => this.#describe(series)) }
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
