/** The only door through which time comes in. Seconds, from any origin, never going back. */
export interface Ports {
  now(): number
  /** Calls `tick` about every `seconds` until the function it returns is called; does not keep the process alive. */
  every(seconds: number, tick: () => void): () => void
}

export const systemPorts: Ports = {
  now: () => performance.now() / 1000,
  every: (seconds, tick) => {
    const timer = setInterval(tick, seconds * 1000)
    timer.unref()
    return () => clearInterval(timer)
  },
}
