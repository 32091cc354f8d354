import { type Answer, BODY_LIMIT, type Question } from '../http/message.ts'

/** The connection broke: what `fetch` rejects with, and what a body that was cut errors with. */
export class ConnectionReset extends TypeError {
  readonly code = 'ECONNRESET'

  constructor() {
    super('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) })
  }
}

/** A web request as plain data. */
export async function toQuestion(request: Request): Promise<Question> {
  const { origin, pathname, search } = new URL(request.url)
  const { body, oversized } = await readBody(request.body)
  return {
    method: request.method,
    origin,
    path: pathname,
    query: search.slice(1),
    headers: Object.fromEntries(request.headers),
    body,
    ...(oversized ? { oversized } : {}),
  }
}

/** Throws ConnectionReset where a fault leaves no answer; a body that a fault cuts errors with it once its bytes are read. */
export function toResponse(answer: Answer): Response {
  const { reset, truncate } = answer.disruption ?? {}
  if (reset === true) throw new ConnectionReset()
  const { status, body } = answer
  const headers = new Headers(answer.headers as [string, string][])
  // The fetch standard calls a body on these an error, an empty one included.
  if (status === 204 || status === 205 || status === 304) return new Response(null, { status, headers })
  const bytes = Buffer.from(body)
  if (truncate === undefined || truncate >= bytes.length) return new Response(bytes, { status, headers })
  headers.set('content-length', String(bytes.length))
  return new Response(streamAndBreak(bytes.subarray(0, truncate)), { status, headers })
}

/** What was sent before the connection broke, and then the break. */
export function streamAndBreak(sent: Uint8Array): ReadableStream<Uint8Array> {
  let isSent = sent.length === 0
  return new ReadableStream({
    pull(controller) {
      if (isSent) controller.error(new ConnectionReset())
      else controller.enqueue(sent)
      isSent = true
    },
  })
}

const NO_BYTES = new Uint8Array(0)

/** At most BODY_LIMIT bytes; the rest is not read. */
async function readBody(stream: Request['body']): Promise<{ body: Uint8Array; oversized: boolean }> {
  if (stream === null) return { body: NO_BYTES, oversized: false }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > BODY_LIMIT) return { body: Buffer.concat(chunks), oversized: true }
    chunks.push(chunk)
  }
  return { body: Buffer.concat(chunks), oversized: false }
}
