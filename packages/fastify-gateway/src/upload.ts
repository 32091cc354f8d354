import type { Writable } from 'node:stream'
import type { Deadline } from './deadline.ts'
import type { Exchange } from './forward.ts'
import { isCutShort } from './inbound.ts'

export interface Upload {
  /** Whether the whole request was handed to the upstream. */
  isComplete(): boolean
  /** Whether more is to come and the upstream would take it. */
  isWaitingForClient(): boolean
}

/** Bytes up to which the head waits for the first part of the body, to go in one packet. */
const SMALL = 65_536

/** Streams the client's body as fast as the upstream takes it, and no further than the limit. Trailer fields are not passed on. */
export function uploadBody(
  exchange: Exchange,
  outgoing: Writable & { readonly flushHeaders?: () => void },
  deadline: Deadline,
  onTooLarge: () => void,
): Upload {
  const { request, body, bodyLimit } = exchange
  if (body === 'none') {
    outgoing.end()
    return { isComplete: () => true, isWaitingForClient: () => false }
  }
  if (exchange.awaitsContinue) exchange.response.writeContinue()
  let sent = 0
  const count = (chunk: Buffer) => {
    sent += chunk.length
    deadline.refresh()
    if (sent <= bodyLimit) return
    stop()
    onTooLarge()
  }
  const stop = () => {
    request.off('data', count)
    request.unpipe(outgoing)
  }
  request.on('data', count)
  // Half a body must not look like a whole one.
  request.once('end', () => (isCutShort(request) ? outgoing.destroy() : outgoing.end()))
  request.pipe(outgoing, { end: false })
  outgoing.once('close', stop)
  if (body === 'chunked' || body > SMALL) outgoing.flushHeaders?.()
  return {
    isComplete: () => outgoing.writableEnded,
    isWaitingForClient: () => !outgoing.writableEnded && !outgoing.writableNeedDrain,
  }
}
