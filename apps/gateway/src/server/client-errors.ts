import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { renderRefusal } from '@gatehouse/fastify-gateway'
import { completePorts } from '@gatehouse/verifier'

/** What Node found wrong before there was a request. */
interface ClientError {
  readonly code?: string
}

type ClientErrorCode = 'headers_too_large' | 'body_too_large' | 'request_timeout' | 'request_malformed'

/** What was answered, for the log and the metrics. */
export interface Unrequested {
  readonly status: number
  readonly code: ClientErrorCode
  readonly traceId: string
}

const CODES: Readonly<Record<string, ClientErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

function render(code: ClientErrorCode, traceId: string): { readonly status: number; readonly body: string } {
  if (code === 'headers_too_large' || code === 'body_too_large') return renderRefusal(code, { traceId })
  // Not in the tables of refusals: these never were requests.
  const [status, detail] =
    code === 'request_timeout' ? [408, 'The request did not arrive in time'] : [400, 'The request is not valid HTTP']
  return {
    status,
    body: JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, detail, code, traceId }),
  }
}

/** How long a client may go on sending after its answer, in milliseconds: closing earlier could take the answer away from it. */
const LINGER = 1000
/** Slow clients that are let go in one turn of the event loop: Node finds all of a flood at once, and whoever else sends would wait for the last. */
const AT_ONCE = 4

/** Answers what Node could not parse, or gave up waiting for, unless nobody listens or an answer has begun, and closes the connection. */
export function createClientErrorHandler(
  answered: (answer: Unrequested) => void,
): (error: ClientError, socket: Duplex) => void {
  const { random } = completePorts()
  const seen = new WeakSet<Duplex>()
  const slow: Duplex[] = []
  const answerSlow = () => {
    for (const socket of slow.splice(0, AT_ONCE)) {
      answer('request_timeout', socket)
      socket.resume()
    }
    if (slow.length > 0) setImmediate(answerSlow)
  }
  return (error, socket) => {
    // The rest of a request that was refused fails to parse too.
    if (seen.has(socket)) return
    seen.add(socket)
    const code = CODES[error.code ?? ''] ?? 'request_malformed'
    if (error.code === 'ECONNRESET') socket.destroy()
    else if (code !== 'request_timeout') answer(code, socket)
    else {
      // Nobody serves what comes meanwhile and is then told that it did not come.
      socket.pause()
      if (slow.push(socket) === 1) setImmediate(answerSlow)
    }
  }

  function answer(code: ClientErrorCode, socket: Duplex): void {
    if (!socket.writable || hasBegunAnswer(socket)) {
      socket.destroy()
      return
    }
    const traceId = Buffer.from(random(16)).toString('hex')
    const { status, body } = render(code, traceId)
    answered({ status, code, traceId })
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'content-type: application/problem+json',
      'cache-control: no-store',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
    setTimeout(() => socket.destroy(), LINGER).unref()
  }
}

/** `_httpMessage` is how Node's own handler knows. */
const hasBegunAnswer = (socket: Duplex): boolean => {
  const { _httpMessage: message } = socket as { _httpMessage?: { headersSent?: boolean } | null }
  return message?.headersSent === true
}
