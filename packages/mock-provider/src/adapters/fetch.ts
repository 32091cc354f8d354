import { gunzipSync } from 'node:zlib'
import { type Answer, BODY_LIMIT, type Disruption, type Question } from '../http/message.ts'

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
    onGone: leave => {
      if (request.signal.aborted) leave()
      else request.signal.addEventListener('abort', leave, { once: true })
    },
    ...(oversized ? { oversized } : {}),
  }
}

/** Throws ConnectionReset where a fault leaves no answer; a body that a fault cuts errors with it once its bytes are read. */
export function toResponse(answer: Answer): Response {
  const { reset, truncate, trickle } = answer.disruption ?? {}
  if (reset === true) throw new ConnectionReset()
  const { status } = answer
  const headers = new Headers(answer.headers as [string, string][])
  // The fetch standard calls a body on these an error, an empty one included.
  if (status === 204 || status === 205 || status === 304) return new Response(null, { status, headers })
  const bytes = headers.get('content-encoding') === 'gzip' ? gunzip(answer.body) : Buffer.from(answer.body)
  if (bytes instanceof TypeError) return new Response(failBody(bytes), { status, headers })
  const isCut = truncate !== undefined && truncate < bytes.length
  if (!isCut && trickle === undefined) return new Response(bytes, { status, headers })
  if (isCut) headers.set('content-length', String(bytes.length))
  return new Response(streamBody(bytes, answer.disruption), { status, headers })
}

/** What `fetch` hands on is decoded; a body that is no gzip, which a fault may call one, errors once it is read. */
function gunzip(body: Answer['body']): Buffer | TypeError {
  try {
    return gunzipSync(body)
  } catch (cause) {
    return new TypeError('terminated', { cause })
  }
}

const failBody = (error: TypeError): ReadableStream<Uint8Array> =>
  new ReadableStream({ pull: controller => controller.error(error) })

/** What is sent of a body, piece by piece where it trickles, and then the break where the connection is cut. */
export function streamBody(bytes: Uint8Array, { truncate, trickle }: Disruption = {}): ReadableStream<Uint8Array> {
  const isCut = truncate !== undefined && truncate < bytes.length
  const sent = bytes.subarray(0, truncate)
  const size = Math.max(1, Math.ceil(sent.length / (trickle?.pieces ?? 1)))
  let at = 0
  return new ReadableStream({
    async pull(controller) {
      if (at < sent.length) {
        await trickle?.pause()
        controller.enqueue(sent.subarray(at, at + size))
        at += size
      } else if (isCut) controller.error(new ConnectionReset())
      else controller.close()
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
