import type { AskPrimary } from './document-fetch.ts'
import type { DocumentAnswer, ToPrimary, ToWorker } from './messages.ts'

export interface Asker {
  readonly ask: AskPrimary
  hear(message: Extract<ToWorker, { gatehouse: 'answer' }>): void
}

/** A worker's half of asking the primary: numbers the questions and finds whose answer came. */
export function createAsker(tell: (message: ToPrimary) => void): Asker {
  const open = new Map<number, (answer: DocumentAnswer) => void>()
  let asked = 0
  return {
    ask(request, signal) {
      const id = ++asked
      return new Promise((resolve, reject) => {
        const giveUp = () => {
          open.delete(id)
          tell({ gatehouse: 'forget', id })
          reject(signal.reason)
        }
        if (signal.aborted) return giveUp()
        signal.addEventListener('abort', giveUp, { once: true })
        open.set(id, answer => {
          signal.removeEventListener('abort', giveUp)
          open.delete(id)
          resolve(answer)
        })
        tell({ gatehouse: 'ask', id, request })
      })
    },
    hear: ({ id, answer }) => open.get(id)?.(answer),
  }
}
