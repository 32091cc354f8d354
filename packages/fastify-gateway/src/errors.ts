import { STATUS_CODES } from 'node:http'
import type { ProblemDetails } from '@gatehouse/protocol'
import { type Code, REJECTIONS } from '@gatehouse/verifier'

/** Every way in which the shell itself refuses or fails a request. */
export type ShellCode =
  | 'route_not_found'
  | 'method_not_allowed'
  | 'target_ambiguous'
  | 'body_too_large'
  | 'headers_too_large'
  | 'upstream_unreachable'
  | 'upstream_timeout'
  | 'overloaded'
  | 'internal_error'

/** Everything that may stand in `code` of an answer. */
export type RefusalCode = Code | ShellCode

export interface ShellRule {
  readonly status: 400 | 404 | 405 | 413 | 431 | 500 | 502 | 503 | 504
  /** The only sentence that reaches the client. */
  readonly say: string
  /** Seconds, where the client should come back. */
  readonly retryAfter?: number
}

/** The closed table of the shell's refusals (contract section 4), beside the verifier's. */
export const SHELL_REJECTIONS: { readonly [C in ShellCode]: ShellRule } = {
  route_not_found: { status: 404, say: 'No route leads there' },
  method_not_allowed: { status: 405, say: 'The method is not allowed on this route' },
  target_ambiguous: { status: 400, say: 'The request target or Host can be read in more than one way' },
  body_too_large: { status: 413, say: 'The request body is too large' },
  headers_too_large: { status: 431, say: 'The request headers are too large' },
  upstream_unreachable: { status: 502, say: 'The upstream could not be reached or gave no valid answer' },
  upstream_timeout: { status: 504, say: 'The upstream did not answer in time' },
  overloaded: { status: 503, say: 'The gateway has no capacity for this request at the moment', retryAfter: 1 },
  internal_error: { status: 500, say: 'The gateway failed to handle the request' },
}

const isShellCode = (code: RefusalCode): code is ShellCode => Object.hasOwn(SHELL_REJECTIONS, code)

/** What goes to the client: a status, header fields and a body. */
export interface RefusalAnswer {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface RefusalFacts {
  /** Value of `WWW-Authenticate`. */
  readonly challenge?: string | undefined
  /** Value of `Allow`. */
  readonly allow?: string | undefined
  /** Seconds; else the table's. */
  readonly retryAfter?: number | undefined
  readonly traceId?: string | undefined
}

/** The one place that chooses a status. A code, and nothing of the request, becomes an answer (RFC 9457). */
export function renderRefusal(
  code: RefusalCode,
  facts: RefusalFacts = {},
  traceId: string | undefined = facts.traceId,
): RefusalAnswer {
  const { status, problem, retryAfter: usual } = PREPARED[code]
  const retryAfter = facts.retryAfter ?? usual
  const headers: Record<string, string> = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' }
  if (facts.challenge !== undefined) headers['www-authenticate'] = facts.challenge
  if (facts.allow !== undefined) headers.allow = facts.allow
  if (retryAfter !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfter)))
  const traced = traceId === undefined ? '' : `,"traceId":${JSON.stringify(traceId)}`
  return { status, headers, body: `${problem}${traced}}` }
}

interface Prepared {
  readonly status: number
  /** The document without the brace that ends it. */
  readonly problem: string
  readonly retryAfter: number | undefined
}

/** What is the same in every answer with a code. */
const PREPARED = Object.fromEntries(
  [...Object.keys(REJECTIONS), ...Object.keys(SHELL_REJECTIONS)].map(name => [name, prepare(name as RefusalCode)]),
) as { readonly [C in RefusalCode]: Prepared }

function prepare(code: RefusalCode): Prepared {
  const { status, say } = isShellCode(code) ? SHELL_REJECTIONS[code] : REJECTIONS[code]
  const problem: ProblemDetails = {
    // RFC 9457 section 4.2.1: the title is then the phrase of the status; `code` tells the kinds apart.
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Refused',
    status,
    detail: say,
    code,
  }
  return {
    status,
    problem: JSON.stringify(problem).slice(0, -1),
    retryAfter: isShellCode(code) ? SHELL_REJECTIONS[code].retryAfter : undefined,
  }
}
