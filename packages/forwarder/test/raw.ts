import { type AddressInfo, createServer, type Socket } from 'node:net'

/** One connection as an upstream sees it. */
export interface Peer {
  readonly socket: Socket
  /** Everything that came, one character a byte. */
  text: string
  /** Requests begun on it, counted by their heads. */
  readonly requests: number
}

export interface Raw {
  readonly url: string
  readonly peers: Peer[]
  /** Connections that still stand. */
  readonly open: number
  close(): Promise<void>
}

const HEADS = /\r\n\r\n/g

/** An upstream that answers each request head with exactly the bytes the test wants. */
export async function openRaw(answer: (peer: Peer) => void): Promise<Raw> {
  const peers: Peer[] = []
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, socket => {
    const peer = { socket, text: '', requests: 0 }
    peers.push(peer)
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', chunk => {
      peer.text += chunk.toString('latin1')
      const heads = peer.text.match(HEADS)?.length ?? 0
      for (; peer.requests < heads; ) {
        peer.requests++
        answer(peer)
      }
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    peers,
    get open() {
      return sockets.size
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

/** Writes the fragments one by one, each in a turn of its own. */
export async function say(socket: Socket, parts: readonly (string | Buffer)[]): Promise<void> {
  for (const part of parts) {
    if (socket.destroyed) return
    await new Promise<void>(resolve => {
      socket.write(typeof part === 'string' ? Buffer.from(part, 'latin1') : part, () => resolve())
    })
    await new Promise(resolve => setImmediate(resolve))
  }
}
