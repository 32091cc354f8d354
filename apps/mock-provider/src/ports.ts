import type { MockProviderOptions } from '@gatehouse/mock-provider'

/** The network, late-bound. */
export const request = (input: string, init: RequestInit): Promise<Response> => globalThis.fetch(input, init)

/** A scripted delay, and who waits for a request, hold up no provider that was told to stop: its listener alone keeps it running. */
export const timers: Pick<NonNullable<MockProviderOptions['ports']>, 'sleep' | 'alarm'> = {
  sleep: seconds => new Promise(resolve => void setTimeout(resolve, seconds * 1000).unref()),
  alarm: (seconds, ring) => {
    const timer = setTimeout(ring, seconds * 1000).unref()
    return () => clearTimeout(timer)
  },
}
