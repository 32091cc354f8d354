import type { IncomingMessage, Server, ServerResponse } from 'node:http'

const waiting = new WeakSet<IncomingMessage>()
const listening = new WeakMap<Server, number>()

/**
 * Whether the client waits for `100 Continue` (RFC 9110 section 10.1.1). From then on the asker has to send it, if the body is wanted:
 * a client that is refused never sends what would only be thrown away.
 */
export const takeExpectation = (request: IncomingMessage): boolean => waiting.delete(request)

/**
 * Routes requests that wait for `100 Continue` like all others. Where no gateway takes the expectation while the request is routed, it is
 * met at once, as Node would have met it. An application that listens for such requests itself keeps them.
 */
export function listenForExpectations(server: Server): () => void {
  const others = listening.get(server) ?? 0
  listening.set(server, others + 1)
  if (others === 0) server.on('checkContinue', meet)
  return () => {
    const left = (listening.get(server) ?? 1) - 1
    listening.set(server, left)
    if (left === 0) server.off('checkContinue', meet)
  }
}

function meet(this: Server, request: IncomingMessage, response: ServerResponse): void {
  if (this.listenerCount('checkContinue') > 1) return
  waiting.add(request)
  this.emit('request', request, response)
  if (waiting.delete(request) && !response.headersSent) response.writeContinue()
}
