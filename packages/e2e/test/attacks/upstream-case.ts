import type { Play, Reception, Road } from '../../src/hostile-upstream.ts'

/** `refused`: 502 and nothing of the answer; `cut`: part of it and the end of the connection; else what the whole answer looks like. */
export type Expected = 'refused' | 'cut' | (Partial<Pick<Reception, 'status' | 'body'>> & Headers)

interface Headers {
  /** Fields that are there. */
  readonly has?: Readonly<Record<string, string>>
  /** Fields that are not. */
  readonly lacks?: readonly string[]
}

export interface Case extends Play {
  readonly method?: 'GET' | 'HEAD'
  /** What the client gets; of two, the second by `node:http`. */
  readonly expected: Expected | readonly [fast: Expected, node: Expected]
  /** A client of HTTP/2 gets a reset, since its protocol can not carry the answer. */
  readonly http2?: 'reset'
  /** Whether the connection to the upstream may carry the next request. */
  readonly keeps?: true | Road
}

export const expectedOn = ({ expected }: Case, road: Road): Expected =>
  Array.isArray(expected)
    ? (expected as readonly [Expected, Expected])[road === 'fast' ? 0 : 1]
    : (expected as Expected)

export const OK = 'HTTP/1.1 200 OK\r\n'
export const LENGTH = 'Content-Length: 2\r\n'
export const CHUNKED = 'Transfer-Encoding: chunked\r\n'
export const head = (...lines: readonly string[]): string => `${OK}${lines.map(line => `${line}\r\n`).join('')}\r\n`
export const SECOND = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled'
export const refused = 'refused'
export const ok = { status: 200, body: 'ok' } as const
