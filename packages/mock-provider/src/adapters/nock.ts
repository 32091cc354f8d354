import { syncBuiltinESMExports } from 'node:module'
import { Readable } from 'node:stream'
import { type Answer, BODY_LIMIT, type Question } from '../http/message.ts'
import { ConnectionReset, streamBody, toQuestion } from './fetch.ts'
import { type Handle, splitTarget } from './node.ts'

/** What is used of nock, of versions 13, 14 and 15 alike. */
export interface NockLike {
  (origin: string): NockScope
  removeInterceptor(interceptor: never): unknown
}

interface NockScope {
  persist(): NockScope
  on(
    event: 'request',
    listener: (request: ClientRequestLike | Request, interceptor: unknown, body: string) => void,
  ): unknown
  intercept(path: RegExp, method: string): NockInterceptor
}

interface NockInterceptor {
  optionally(): NockInterceptor
  reply(
    answer: (
      this: { readonly req: object },
      ...given: readonly unknown[]
    ) => Promise<readonly [number, unknown, string[]]>,
  ): unknown
}

/** A request of nock 13 or 14. */
interface ClientRequestLike {
  readonly path: string
  headers: Readonly<Record<string, string | readonly string[] | number | undefined>>
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * Answers every request of this process to the provider's issuer, through `http`, `https` or `fetch`, without a socket, until the function that
 * it returns is called; that takes away these interceptors and no others. They never count as pending: `nock.isDone()` keeps its meaning.
 *
 * Does not reach what nock does not see: the npm package `undici`, and a `fetch` that was captured before nock was imported. An interceptor of
 * your own for the same origin goes first if it was defined first.
 */
export function interceptWithNock(
  nock: NockLike,
  provider: { readonly issuer: string; readonly handle: Handle },
): () => void {
  const { origin } = new URL(provider.issuer)
  // `import { get } from 'node:https'` above the import of nock still holds the function that nock has replaced since.
  syncBuiltinESMExports()
  const scope = nock(origin).persist()
  const questions = new WeakMap<object, Omit<Question, 'method'>>()
  // nock 13 and 14 hand a reply function JSON that they have parsed, and throw out of reach where it does not parse. What was sent is seen
  // here, just before; without a content type they leave the body alone.
  scope.on('request', (request, _interceptor, body) => {
    if (request instanceof Request) return
    questions.set(request, readQuestion(origin, request, body))
    request.headers = { ...request.headers, 'content-type': undefined }
  })
  const interceptors = METHODS.map(method => {
    const interceptor = scope.intercept(/.*/, method).optionally()
    // A rest parameter keeps the function's length at 0, at which every version of nock takes its promise.
    interceptor.reply(async function (...given) {
      const [first] = given
      const question = first instanceof Request ? await toQuestion(first) : questions.get(this.req)
      if (question === undefined) throw new ConnectionReset()
      // nock 13 leaves the method out of what `get` sends.
      return toReply(await provider.handle({ ...question, method }))
    })
    return interceptor
  })
  return () => {
    for (const interceptor of interceptors) nock.removeInterceptor(interceptor as never)
  }
}

function readQuestion(origin: string, { path, headers }: ClientRequestLike, body: string): Omit<Question, 'method'> {
  const joined = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : String(value)]],
  )
  const bytes = Buffer.from(body)
  const oversized = bytes.length > BODY_LIMIT ? { oversized: true } : {}
  return { origin, ...splitTarget(path), headers: Object.fromEntries(joined), body: bytes, ...oversized }
}

function toReply({ status, headers, body, disruption }: Answer): [number, unknown, string[]] {
  const { reset, truncate, trickle } = disruption ?? {}
  if (reset === true) throw new ConnectionReset()
  const bytes = Buffer.from(body)
  const isCut = truncate !== undefined && truncate < bytes.length
  return [
    status,
    isCut || trickle !== undefined ? Readable.fromWeb(streamBody(bytes, disruption) as never) : bytes,
    headers.flat(),
  ]
}
