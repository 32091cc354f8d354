import type { Sample } from './samples.ts'

/** What must not grow. The event-loop delay is shown and not judged: the machine's other work is in it. Queues have bounds of their own too. */
type Measure = Exclude<keyof Sample, 'at' | 'delay'>

/** How much a measure may rise and still count as the same: by a share of what it was, or so much of its own unit where that is more. */
const BOUNDS: { readonly [M in Measure]: { readonly share: number; readonly least: number } } = {
  resident: { share: 0.1, least: 0 },
  heap: { share: 0.1, least: 10 },
  descriptors: { share: 0.1, least: 24 },
  timers: { share: 0.1, least: 24 },
  underWay: { share: 0.1, least: 24 },
  queued: { share: 0.1, least: 24 },
  asking: { share: 0.1, least: 24 },
}

const MEASURES = Object.keys(BOUNDS) as readonly Measure[]

/** Parts of the time, of each of which the lowest value counts: a leak lifts it, and what the collector has not cleared yet does not. */
const PARTS = 6

export interface Trend {
  readonly measure: Measure
  readonly mean: number
  /** From the beginning to the end, along the line that fits the lowest values best. */
  readonly rise: number
  readonly bound: number
  readonly isGrowing: boolean
}

/** Whether anything grew in the second half of the samples, when what there is to fill is filled. */
export function findTrends(samples: readonly Sample[]): Trend[] {
  const half = samples.slice(samples.length >> 1)
  return MEASURES.map(measure => {
    const { mean, slope } = fitLine(lowest(half, measure))
    const rise = slope * ((half.at(-1)?.at ?? 0) - (half[0]?.at ?? 0))
    const bound = boundOf(measure, mean)
    return { measure, mean, rise, bound, isGrowing: rise > bound }
  })
}

/** What is more after than it was before, both at rest. */
export const findRemains = (before: Sample, after: Sample): Measure[] =>
  MEASURES.filter(measure => after[measure] - before[measure] > boundOf(measure, before[measure]))

function boundOf(measure: Measure, value: number): number {
  const { share, least } = BOUNDS[measure]
  return Math.max(value * share, least)
}

type Point = readonly [x: number, y: number]

function lowest(samples: readonly Sample[], measure: Measure): Point[] {
  const size = Math.max(1, Math.ceil(samples.length / PARTS))
  const points: Point[] = []
  for (let at = 0; at < samples.length; at += size) {
    const part = samples.slice(at, at + size).map((sample): Point => [sample.at, sample[measure]])
    points.push(part.reduce((low, point) => (point[1] < low[1] ? point : low)))
  }
  return points
}

/** Least squares. */
function fitLine(points: readonly Point[]): { mean: number; slope: number } {
  const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length)
  const [x, y] = [meanOf(points.map(([each]) => each)), meanOf(points.map(([, each]) => each))]
  const spread = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0)
  const slope = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / (spread || 1)
  return { mean: y, slope }
}
