import { type Answer, BODY_LIMIT, type Question } from '../http/message.ts'
import { ConnectionReset } from './fetch.ts'
import { type Handle, splitTarget } from './node.ts'

/** What is used of undici's MockAgent, of versions 6 and 7 alike. */
export interface MockAgentLike {
  readonly isMockActive?: boolean
  get(origin: string): MockPoolLike
  // biome-ignore lint/suspicious/noExplicitAny: undici's own types of both differ between its versions and Node's
  dispatch: (options: any, handler: any) => boolean
}

interface MockPoolLike {
  intercept(match: { path: string; method: string }): {
    reply(status: number, body: Buffer, options: { headers: Record<string, string[]> }): unknown
    replyWithError(error: Error): unknown
  }
}

/** What undici hands a dispatcher. */
interface DispatchOptions {
  readonly origin?: string | URL
  readonly path: string
  readonly method: string
  readonly query?: Readonly<Record<string, unknown>>
  readonly headers?: unknown
  readonly body?: unknown
}

/**
 * Answers every request that goes through this agent to the provider's issuer, without a socket, until the function that it returns is called:
 * `fetch` and `request` of undici, and Node's own `fetch` after `setGlobalDispatcher`. Interceptors of your own for that origin are not asked;
 * those for other origins, and `disableNetConnect`, keep their meaning. A scripted `truncate` breaks the whole answer.
 */
export function interceptWithUndici(
  mockAgent: MockAgentLike,
  provider: { readonly issuer: string; readonly handle: Handle },
): () => void {
  const { origin } = new URL(provider.issuer)
  // Answers go out by an agent of the same make, since only undici knows how its handlers want to be told.
  const messenger: MockAgentLike = Reflect.construct(mockAgent.constructor, [])
  const before = mockAgent.dispatch
  const dispatch: MockAgentLike['dispatch'] = (options: DispatchOptions, handler) => {
    const isOurs =
      mockAgent.isMockActive !== false && options.origin !== undefined && new URL(options.origin).origin === origin
    if (!isOurs) return before.call(mockAgent, options, handler)
    const { path, method } = options
    // Taken at once by the dispatch below it, so that answers of like requests do not cross.
    const interceptor = () => messenger.get(origin).intercept({ path, method })
    readQuestion(origin, options)
      .then(provider.handle)
      .then(({ status, headers, body, disruption }) => {
        if (disruption?.reset === true || disruption?.truncate !== undefined) throw new ConnectionReset()
        interceptor().reply(status, Buffer.from(body), { headers: group(headers) })
      })
      .catch((error: Error) => interceptor().replyWithError(error))
      .then(() => messenger.dispatch({ ...options, origin, query: undefined }, handler))
    return true
  }
  mockAgent.dispatch = dispatch
  return () => {
    if (mockAgent.dispatch === dispatch) mockAgent.dispatch = before
  }
}

async function readQuestion(
  origin: string,
  { path, method, query, headers, body }: DispatchOptions,
): Promise<Question> {
  const bytes = await readBody(body)
  const target = splitTarget(path)
  const added = query === undefined ? '' : new URLSearchParams(query as Record<string, string>).toString()
  return {
    method,
    origin,
    path: target.path,
    query: [target.query, added].filter(part => part !== '').join('&'),
    headers: readHeaders(headers),
    body: bytes.subarray(0, BODY_LIMIT),
    ...(bytes.length > BODY_LIMIT ? { oversized: true } : {}),
  }
}

/** A list of names and values in turn, a list of pairs, or an object. */
function readHeaders(headers: unknown): Record<string, string> {
  const pairs: [unknown, unknown][] = []
  if (Array.isArray(headers) && !headers.every(Array.isArray))
    for (let index = 0; index < headers.length; index += 2) pairs.push([headers[index], headers[index + 1]])
  else if (headers !== null && typeof headers === 'object')
    pairs.push(...(Symbol.iterator in headers ? (headers as Iterable<[unknown, unknown]>) : Object.entries(headers)))
  const read: Record<string, string> = Object.create(null)
  for (const [name, value] of pairs) {
    if (value === undefined || value === null) continue
    const [key, text] = [String(name).toLowerCase(), Array.isArray(value) ? value.join(', ') : String(value)]
    read[key] = read[key] === undefined ? text : `${read[key]}${key === 'cookie' ? '; ' : ', '}${text}`
  }
  return read
}

async function readBody(body: unknown): Promise<Uint8Array> {
  if (body === undefined || body === null) return new Uint8Array(0)
  if (typeof body === 'object' && Symbol.asyncIterator in body) {
    const chunks: Uint8Array[] = []
    for await (const chunk of body as AsyncIterable<Uint8Array | string>) chunks.push(Buffer.from(chunk as Uint8Array))
    return Buffer.concat(chunks)
  }
  return new Uint8Array(await new Response(body as string).arrayBuffer())
}

function group(headers: Answer['headers']): Record<string, string[]> {
  const grouped: Record<string, string[]> = Object.create(null)
  for (const [name, value] of headers) grouped[name] = [...(grouped[name] ?? []), value]
  return grouped
}
