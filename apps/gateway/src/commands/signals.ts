import { constants } from 'node:os'

const SIGNALS = ['SIGTERM', 'SIGINT'] as const

/** Resolves at the first signal; the second ends the process at once with 128 + its number. */
export function awaitSignal(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    let isFirst = true
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (!isFirst) process.exit(128 + constants.signals[signal])
        isFirst = false
        resolve(signal)
      })
    }
  })
}
