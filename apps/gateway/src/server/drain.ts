import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { ServerHttp2Session } from 'node:http2'
import { Server as NetServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type TLSSocket, Server as TlsServer } from 'node:tls'
import { InFlight } from './in-flight.ts'

export interface Drain {
  /**
   * Stops accepting, lets what is in flight finish for at most `grace` seconds, then cuts it. Tells how many requests and upgraded
   * connections were cut. Answers that have not begun say `connection: close`, so that clients do not come back on a dying connection; those of HTTP/2
   * are told with GOAWAY, and their streams finish.
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
  /** HTTP/2 connections, and what carries them: they end by themselves once their streams are done. */
  const sessions = new Set<ServerHttp2Session>()
  const carriers = new Set<Duplex>()
  const answers = new InFlight<ServerResponse>()
  const upgraded = new Set<Duplex>()
  let isDraining = false
  let beginLastPart: () => void = () => undefined

  const hold = <T extends Duplex | ServerHttp2Session>(set: Set<T>, item: T) => {
    set.add(item)
    item.once('close', () => set.delete(item))
  }
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket | TLSSocket) =>
    hold('alpnProtocol' in socket && socket.alpnProtocol === 'h2' ? carriers : sockets, socket),
  )
  server.on('session', (session: ServerHttp2Session) => {
    hold(sessions, session)
    if (isDraining) session.close()
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
    hold(upgraded, socket)
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
          for (const socket of [...sockets, ...carriers]) socket.destroy()
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
        for (const session of sessions) session.close()
        closeIdle()
        if (answers.size === 0) beginLastPart()
      })
    },
  }
}
