import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { Server as TlsServer } from 'node:tls'
import { InFlight } from './in-flight.ts'

export interface Drain {
  /**
   * Stops accepting, lets what is in flight finish for at most `grace` seconds, then cuts it. Tells how many requests and upgraded
   * connections were cut. Answers that have not begun say `connection: close`, so that clients do not come back on a dying connection.
   * `endTunnels` says goodbye to upgraded connections, which seldom end by themselves: called once, when nothing else is in flight or when
   * a third of the grace is left.
   */
  close(grace: number, endTunnels?: () => void): Promise<number>
}

/**
 * Watches what is in flight on a server, upgraded connections included. Node's own `close` and `closeIdleConnections` take a connection
 * for idle while the end of a large answer still waits in its buffer, and would cut it; here it is busy until that is written.
 */
export function watchInFlight(server: Server): Drain {
  const sockets = new Set<Duplex>()
  const answers = new InFlight<ServerResponse>()
  const upgraded = new Set<Duplex>()
  let isDraining = false
  let beginLastPart: () => void = () => undefined

  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    const place = answers.add(response)
    if (isDraining) response.shouldKeepAlive = false
    response.once('close', () => {
      answers.remove(place)
      if (!isDraining) return
      setImmediate(closeIdle)
      if (answers.size === 0) beginLastPart()
    })
  })
  server.prependListener('upgrade', (_request: IncomingMessage, socket: Duplex) => {
    upgraded.add(socket)
    socket.once('close', () => upgraded.delete(socket))
  })

  const closeIdle = () => {
    const busy = new Set<Duplex>(upgraded)
    for (const answer of answers) busy.add(answer.req.socket)
    for (const socket of sockets) if (!busy.has(socket)) socket.destroy()
  }

  return {
    close(grace, endTunnels = () => undefined) {
      isDraining = true
      for (const answer of answers) answer.shouldKeepAlive = false
      return new Promise(resolve => {
        const deadline = setTimeout(() => {
          const cut = answers.size + upgraded.size
          for (const socket of sockets) socket.destroy()
          resolve(cut)
        }, grace * 1000)
        const lastPart = setTimeout(() => beginLastPart(), (grace * 2000) / 3)
        beginLastPart = () => {
          beginLastPart = () => undefined
          clearTimeout(lastPart)
          endTunnels()
        }
        NetServer.prototype.close.call(server, () => {
          clearTimeout(deadline)
          clearTimeout(lastPart)
          resolve(0)
        })
        closeIdle()
        if (answers.size === 0) beginLastPart()
      })
    },
  }
}
