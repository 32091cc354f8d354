import { fetchText } from './process.ts'

/** What one process of the gateway says of itself at one moment. */
export interface Sample {
  /** Seconds since the first. */
  readonly at: number
  /** MiB. */
  readonly resident: number
  /** MiB. */
  readonly heap: number
  /** Open file descriptors: sockets, nearly all of them. */
  readonly descriptors: number
  readonly timers: number
  /** Requests that wait for their turn to be judged, or are under way to the upstream. */
  readonly underWay: number
  /** Requests that wait for a connection to the upstream. */
  readonly queued: number
  /** Requests to the provider that have no answer yet. */
  readonly asking: number
  /** Milliseconds of event-loop delay since the sample before: the 99th percentile. The meter's own interval of 10 is taken off. */
  readonly delay: number
}

const MIB = 1_048_576
/** What a provider is asked for here. */
const ASKED = ['discovery', 'jwks', 'introspection'] as const

/** Reads Prometheus' text. A family that is missing is an error: nothing is more flat than what is not measured. */
function readMetrics(text: string): (family: string, labels?: string) => number {
  const values = new Map<string, number>()
  for (const line of text.split('\n')) {
    const space = line.lastIndexOf(' ')
    if (!line.startsWith('#')) values.set(line.slice(0, space), Number(line.slice(space + 1)))
  }
  return (family, labels = '') => {
    if (!text.includes(`# TYPE ${family} `)) throw new Error(`/metrics has no ${family}`)
    return values.get(`${family}${labels}`) ?? 0
  }
}

export interface Sampler {
  readonly samples: readonly Sample[]
  /** Resolves to one that is taken from now on. */
  next(): Promise<Sample>
  stop(): Promise<void>
}

/** Takes a sample each second, and tells of it. */
export function startSampling(admin: string, onSample: (sample: Sample) => void): Sampler {
  const samples: Sample[] = []
  const began = performance.now()
  const take = async (): Promise<Sample> => {
    const read = readMetrics((await fetchText(`${admin}/metrics`)).text)
    const sample = {
      at: (performance.now() - began) / 1000,
      resident: read('process_resident_memory_bytes') / MIB,
      heap: read('nodejs_heap_size_used_bytes') / MIB,
      descriptors: read('process_open_fds'),
      timers: read('nodejs_active_resources', '{type="Timeout"}'),
      underWay:
        read('gatehouse_requests_waiting') + read('gatehouse_upstream_requests_in_flight', '{upstream="orders"}'),
      queued: read('gatehouse_upstream_requests_queued', '{upstream="orders"}'),
      asking: ASKED.reduce((sum, kind) => sum + read('gatehouse_provider_requests_in_flight', `{kind="${kind}"}`), 0),
      delay: Math.max(0, read('nodejs_eventloop_lag_p99_seconds') * 1000 - 10),
    }
    samples.push(sample)
    onSample(sample)
    return sample
  }
  let last: Promise<unknown> = take()
  const next = (): Promise<Sample> => {
    const taken = last.then(take)
    last = taken
    taken.catch(() => undefined)
    return taken
  }
  const timer = setInterval(next, 1000)
  return {
    samples,
    next,
    async stop() {
      clearInterval(timer)
      await last
    },
  }
}
