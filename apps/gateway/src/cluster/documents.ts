import { createHash } from 'node:crypto'
import { completePorts, type Ports } from '@gatehouse/verifier'
import type { DocumentAnswer, DocumentRequest } from './messages.ts'

/** Seconds for which an answer, or a failure, is shared with the workers that have not had it. */
const MOMENT = 2
/** Bytes; longer than anything a worker takes. */
const MAX_BODY = 1_048_576

interface Flight {
  readonly answer: Promise<DocumentAnswer>
  /** Whether it was asked for as news, past every cache on the way. */
  readonly isNews: boolean
  readonly abort: AbortController
  /** Who waits, by number of the wait. */
  readonly waiting: Set<symbol>
  /** Workers that have had this answer. */
  readonly served: Set<number>
  endedAt: number | undefined
}

/**
 * Asks identity providers for public documents on behalf of every worker, so that their number does not multiply the requests. Identical
 * requests under way are one. What came back, failures included, is shared for a moment with those that have not had it, and says its
 * `Age` then, like any cache's (RFC 9111 section 5.1); a worker that asks again wants news, as does one that says `no-cache`, and is given
 * it. Does not judge answers.
 */
export class Documents {
  readonly #ports: Pick<Ports, 'now' | 'fetch'>
  readonly #flights = new Map<string, Flight>()

  constructor(ports: Partial<Ports>) {
    this.#ports = completePorts(ports)
  }

  /** Never rejects. When `signal` is aborted, and nobody else waits, so is the request. */
  async ask(worker: number, request: DocumentRequest, signal: AbortSignal): Promise<DocumentAnswer> {
    const key = digestRequest(request)
    const known = this.#flights.get(key)
    const flight = known !== undefined && this.#isGoodFor(known, worker, request) ? known : this.#begin(key, request)
    const { endedAt } = flight
    flight.served.add(worker)
    const wait = Symbol('wait')
    flight.waiting.add(wait)
    const leave = () => {
      flight.waiting.delete(wait)
      if (flight.waiting.size === 0 && flight.endedAt === undefined) flight.abort.abort()
    }
    signal.addEventListener('abort', leave, { once: true })
    if (signal.aborted) leave()
    const answer = await flight.answer
    signal.removeEventListener('abort', leave)
    return endedAt === undefined ? answer : ageAnswer(answer, this.#ports.now() - endedAt)
  }

  #isGoodFor({ endedAt, isNews, served, abort }: Flight, worker: number, request: DocumentRequest): boolean {
    if (endedAt === undefined) return !abort.signal.aborted && (isNews || !wantsNews(request))
    return this.#ports.now() < endedAt + MOMENT && !served.has(worker) && !wantsNews(request)
  }

  #begin(key: string, request: DocumentRequest): Flight {
    this.#forgetOld()
    const abort = new AbortController()
    const flight: Flight = {
      answer: requestDocument(this.#ports, request, abort.signal).finally(() => {
        flight.endedAt = this.#ports.now()
      }),
      isNews: wantsNews(request),
      abort,
      waiting: new Set(),
      served: new Set(),
      endedAt: undefined,
    }
    this.#flights.set(key, flight)
    return flight
  }

  #forgetOld(): void {
    const now = this.#ports.now()
    for (const [key, { endedAt }] of this.#flights) {
      if (endedAt !== undefined && now >= endedAt + MOMENT) this.#flights.delete(key)
    }
  }
}

/** RFC 9111 section 5.2.1.4. */
const wantsNews = ({ headers }: DocumentRequest): boolean => /\bno-cache\b/i.test(headers['cache-control'] ?? '')

/** What it says of its age, and a whole second at least for the time here. */
function ageAnswer(answer: DocumentAnswer, seconds: number): DocumentAnswer {
  if (!answer.ok) return answer
  const [, said = ''] = answer.headers.find(([name]) => name === 'age') ?? []
  const before = Number(/^\d{1,10}/.exec(said)?.[0] ?? 0)
  const others = answer.headers.filter(([name]) => name !== 'age')
  return { ...answer, headers: [...others, ['age', String(before + Math.max(1, Math.ceil(seconds)))]] }
}

/** Everything that can change the answer; the headers are few and always written in the same order. */
const digestRequest = ({ url, headers, tls }: DocumentRequest): string => {
  const { 'cache-control': _, ...others } = headers
  return createHash('sha256')
    .update(JSON.stringify([url, others, tls?.ca, tls?.cert, tls?.key]))
    .digest('base64url')
}

async function requestDocument(
  { fetch }: Pick<Ports, 'fetch'>,
  { url, headers, tls }: DocumentRequest,
  signal: AbortSignal,
): Promise<DocumentAnswer> {
  try {
    const init = { method: 'GET', headers, signal, redirect: 'manual', ...(tls === undefined ? {} : { tls }) } as const
    const response = await fetch(url, init)
    // A fetch that keeps to its specification hides a manual redirect behind status 0.
    if (response.type === 'opaqueredirect') return { ok: true, status: 302, headers: [], body: '' }
    const body = await readBody(response)
    return body === undefined
      ? { ok: false }
      : { ok: true, status: response.status, headers: [...response.headers], body: body.toString('base64') }
  } catch {
    return { ok: false }
  }
}

async function readBody(response: Response): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > MAX_BODY) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
