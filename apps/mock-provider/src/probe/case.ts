import type { ProbeRoute, ProbeSettings } from './settings.ts'

export const CLASSES = ['good tokens', 'token defects', 'credentials', 'message framing', 'targets'] as const
export type AttackClass = (typeof CLASSES)[number]

/**
 * `pass`: must be answered as a good token is. `refuse`: must be refused with one of `fine`. `shut`: must be refused before an application sees it:
 * an answer of the application, even a refusal, says that the message got that far.
 */
export type Demand = 'pass' | 'refuse' | 'shut'

export interface ProbeCase {
  /** Stable; `allow` of the configuration goes by it. */
  readonly name: string
  readonly attack: AttackClass
  /** What is sent, in a sentence. */
  readonly say: string
  readonly section: string
  readonly demand: Demand
  /** Statuses that a correct server refuses with; 0 is a connection that ends without an answer. */
  readonly fine: readonly number[]
  /** Why a correct server may take it all the same. */
  readonly allowed?: string
  /** Which answers count: the first, the last of several requests, or one too many. */
  readonly look?: 'second' | 'smuggled'
  readonly bytes: string
}

/** What cases are made of. */
export interface Material {
  readonly settings: ProbeSettings
  readonly route: ProbeRoute
  /** Value of Host. */
  readonly host: string
  /** A good token, as it is written into the header. */
  readonly good: string
}

export const CRLF = '\r\n'

/** The header field with a token in it. */
export const credential = ({ header, scheme }: ProbeSettings, token: string): string =>
  `${header}: ${scheme === '' ? '' : `${scheme} `}${token}`

export interface Shape {
  readonly method?: string
  readonly path?: string
  readonly fields?: readonly string[]
  readonly close?: boolean
}

/** One well-formed request for the route. Fields are written as they are. */
export function writeRequest(
  { route, host }: Material,
  { method, path, fields = [], close = true }: Shape = {},
): string {
  const { body, contentType } = route
  const content =
    body === undefined ? [] : [`Content-Type: ${contentType}`, `Content-Length: ${Buffer.byteLength(body)}`]
  const head = [
    `${method ?? route.method} ${path ?? route.path} HTTP/1.1`,
    `Host: ${host}`,
    ...(close ? ['Connection: close'] : []),
    ...fields,
    ...content,
  ]
  return `${head.join(CRLF)}${CRLF}${CRLF}${Buffer.from(body ?? '').toString('latin1')}`
}
