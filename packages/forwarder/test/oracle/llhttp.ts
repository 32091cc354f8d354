import { createRequire } from 'node:module'

/** A response as Node's own parser tells it. Names in lower case, one character a byte. */
export interface ParsedResponse {
  readonly status: number
  readonly fields: readonly string[]
  readonly body: string
}

interface Parser {
  [callback: number]: (...told: never[]) => number | undefined
  initialize(type: number, resource: object): void
  execute(bytes: Buffer): number | Error
  finish(): number | Error | undefined
}

/** Inside of Node and documented nowhere; unlike `http` and undici it parses at once, and what it says is llhttp's word. */
const { HTTPParser } = createRequire(import.meta.url)('node:_http_common') as {
  HTTPParser: (new () => Parser) & Readonly<Record<string, number>>
}
const codeOf = (name: string): number => HTTPParser[name] ?? Number.NaN
const [HEADERS, COMPLETE, BODY, DONE] = ['kOnHeaders', 'kOnHeadersComplete', 'kOnBody', 'kOnMessageComplete'].map(
  codeOf,
) as [number, number, number, number]

/** What llhttp makes of the bytes of a connection: its first final response, or undefined where it refuses. */
export function readWithLlhttp(method: string, bytes: Buffer): ParsedResponse | undefined {
  const parser = new HTTPParser()
  let status = 0
  let fields: string[] = []
  let body = ''
  let isOver = false
  parser.initialize(codeOf('RESPONSE'), {})
  parser[HEADERS] = ((more: string[]) => {
    if (status === 0) fields.push(...more)
  }) as never
  parser[COMPLETE] = ((
    _major: number,
    _minor: number,
    more: string[] | undefined,
    _method: number,
    _url: string,
    code: number,
  ) => {
    if (isOver) return 1
    const all = [...fields, ...(more ?? [])]
    fields = []
    if (code < 200) return 0
    status = code
    fields = all.map((text, index) => (index % 2 === 0 ? text.toLowerCase() : text))
    // RFC 9112 section 6.3: no body after HEAD, 204 and 304, whatever they say of one. Node's client says so to its parser.
    return method === 'HEAD' || code === 204 || code === 304 ? 1 : 0
  }) as never
  parser[BODY] = ((part: Buffer) => {
    if (!isOver) body += part.toString('latin1')
  }) as never
  parser[DONE] = (() => {
    isOver ||= status !== 0
  }) as never
  const read = parser.execute(bytes)
  if (!isOver && read instanceof Error) return undefined
  if (!isOver && parser.finish() instanceof Error) return undefined
  return isOver ? { status, fields, body } : undefined
}
