import { type IncomingMessage, type Server, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Tunnel } from './forward.ts'

const upgrades = new WeakMap<IncomingMessage, Tunnel>()

/** The connection of a request to switch protocols, if it is one. */
export const upgradeOf = (request: IncomingMessage): Tunnel | undefined => upgrades.get(request)

/** Routes a request as if it had come by the front door. */
export type Router = (request: IncomingMessage, response: ServerResponse) => void

/**
 * Sends requests to switch protocols through the ordinary routes, so that the same guard judges them and its refusals are ordinary
 * answers. Those that are not `isOurs` are left to the application's own listeners, and taken only if none of them took it.
 */
export function listenForUpgrades(
  server: Server,
  route: Router,
  isOurs: (request: IncomingMessage) => boolean,
): () => void {
  const listener = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (!(stream instanceof Socket)) return
    if (isOurs(request)) return take(request, stream, head, route)
    const written = stream.bytesWritten
    setImmediate(() => {
      if (isUntouched(stream) && stream.bytesWritten === written) take(request, stream, head, route)
    })
  }
  server.on('upgrade', listener)
  return () => server.off('upgrade', listener)
}

/** Whoever takes a connection must hear its errors, or the process dies of them. */
const isUntouched = (socket: Socket): boolean =>
  !socket.destroyed && socket.readableFlowing === null && socket.listenerCount('error') === 0

function take(request: IncomingMessage, socket: Socket, head: Buffer, route: Router): void {
  upgrades.set(request, { socket, head, protocol: request.headers.upgrade?.toLowerCase() ?? '' })
  // The server has let go of the connection: errors are ours to hear, and after an answer it can only be closed.
  socket.on('error', () => socket.destroy())
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket)
  response.once('finish', () => {
    if (response.statusCode !== 101) socket.destroySoon()
  })
  route(request, response)
}
