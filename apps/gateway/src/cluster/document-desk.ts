import type { Documents } from './documents.ts'
import type { Member } from './member.ts'
import type { ToPrimary } from './messages.ts'

type Question = Extract<ToPrimary, { gatehouse: 'ask' | 'forget' }>

/** Takes the workers' questions, answers them by message, and drops those of a worker that is gone. */
export class DocumentDesk {
  readonly #documents: Documents
  readonly #open = new Map<number, Map<number, AbortController>>()

  constructor(documents: Documents) {
    this.#documents = documents
  }

  hear(member: Member, question: Question): void {
    const open = this.#open.get(member.id) ?? new Map<number, AbortController>()
    this.#open.set(member.id, open)
    const { id } = question
    if (question.gatehouse === 'forget') {
      open.get(id)?.abort()
      return
    }
    const abort = new AbortController()
    open.set(id, abort)
    void this.#documents.ask(member.id, question.request, abort.signal).then(answer => {
      open.delete(id)
      if (!abort.signal.aborted) member.send({ gatehouse: 'answer', id, answer })
    })
  }

  leave(member: Member): void {
    for (const abort of this.#open.get(member.id)?.values() ?? []) abort.abort()
    this.#open.delete(member.id)
  }
}
