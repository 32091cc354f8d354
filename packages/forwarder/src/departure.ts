import type { Socket } from 'node:net'

/** Who has to know when a client leaves. */
export interface Companion {
  clientGone(): void
}

const companions = new WeakMap<Socket, Set<Companion>>()

/**
 * Watches the client's connection on behalf of a pipelined response. Such a response has no socket until those before it are done, and
 * emits no `close` when the client leaves earlier. One listener a connection, whatever the number of requests in it.
 */
export function watchClient(socket: Socket, companion: Companion): void {
  const watching = companions.get(socket)
  if (watching !== undefined) {
    watching.add(companion)
    return
  }
  const started = new Set([companion])
  companions.set(socket, started)
  socket.on('close', () => {
    for (const each of started) each.clientGone()
  })
}

export function unwatchClient(socket: Socket, companion: Companion): void {
  companions.get(socket)?.delete(companion)
}
