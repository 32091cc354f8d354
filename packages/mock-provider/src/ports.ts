/** Time and the network: the only doors of this package. There is no door for chance: all of it is derived from the seed. */
export interface Ports {
  /** Seconds since the epoch, with fraction. The tenants' clocks stand on it. */
  readonly now: () => number
  /** Waits for real seconds; used by scripted delays only. */
  readonly sleep: (seconds: number) => Promise<void>
  /** Rings once after real seconds, unless it is turned off by what it answers; for who waits for a request that may not come. */
  readonly alarm: (seconds: number, ring: () => void) => () => void
  /** Late-bound, for what a provider asks of its clients: back-channel logout, `jwks_uri`, `request_uri`. */
  readonly fetch: (request: Request) => Promise<Response>
}

export const systemPorts: Ports = {
  now: () => Date.now() / 1000,
  sleep: seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000)),
  alarm: (seconds, ring) => {
    const timer = setTimeout(ring, seconds * 1000)
    return () => clearTimeout(timer)
  },
  fetch: request => globalThis.fetch(request),
}
