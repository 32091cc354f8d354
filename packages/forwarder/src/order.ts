import type { FieldLines } from './field-lines.ts'

/** Why there is no answer to pass on. */
export type Failure =
  /** No connection could be opened, or it broke before a byte of the answer came. */
  | 'unreachable'
  /** The upstream took longer than one of the timeouts. */
  | 'timeout'
  /** No connection became free, or too many requests wait for one. */
  | 'overloaded'
  /** The body of the request is over `bodyLimit`. */
  | 'body_too_large'
  /** The body of the request has a transfer coding besides `chunked`, which would be lost on the way. */
  | 'bad_request'
  /** The answer breaks the grammar or a limit, or ended before its time. */
  | 'bad_response'

/** One request as it is to leave, and what to do with what comes of it. */
export interface Order {
  readonly method: string
  /** Request target, written as it is. */
  readonly target: string
  /** Field lines that go before `headers`: what is the same in many requests need not be checked in each. */
  readonly standing?: FieldLines
  /**
   * Field lines, each `name: value\r\n`, with `host` among these or the standing ones. `connection`, `content-length` and `transfer-encoding` are the
   * forwarder's own and must not be there; `expect` should not be, since the forwarder never waits for the upstream's leave to send a body.
   */
  readonly headers: string
  /** Bytes the body of the request may have. No limit where absent. */
  readonly bodyLimit?: number
  /** Whether the client still waits for `100 Continue`, as in a `checkContinue` listener of Node's server. It is sent when the body is wanted. */
  readonly awaitsContinue?: boolean
  /**
   * An interim response other than 100 and 101, with its end-to-end fields. Called at once, before anything of the final response is
   * written. They are swallowed where it is absent.
   */
  readonly interim?: (status: number, fields: readonly string[]) => void
  /**
   * Shapes the fields of the answer, name and value in turn. It is given the end-to-end fields without the framing, and must add none.
   * `isWhole`: the whole of the answer is there, and leaves at once.
   */
  readonly response?: (status: number, fields: string[], isWhole: boolean) => string[]
  /**
   * There is no answer, and nothing has been sent to the client: send it a refusal. Called at most once, maybe before `forward` returns.
   * `cause` is a text for the operator; it holds nothing that the client or the upstream sent.
   */
  readonly refuse: (failure: Failure, cause: string) => void
  /** The answer broke off after its head had gone to the client, whose connection is then destroyed. */
  readonly broken?: (failure: Failure, cause: string) => void
}
