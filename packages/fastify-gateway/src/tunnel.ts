import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { isReason } from './answer-fault.ts'
import type { Exchange, Tunnel } from './forward.ts'
import { closeFrame, FrameCursor } from './frames.ts'
import { shapeResponseHeaders } from './headers.ts'

/** A WebSocket that is open through the gateway. */
export interface Line {
  /**
   * Says goodbye to the client with a Close frame (RFC 6455 section 7.4.1) at the next boundary of a frame, and ends both connections. A
   * frame or a client that takes longer than a second is not waited for. Does nothing the second time.
   */
  close(code: number, reason: string): void
  readonly client: Duplex
}

/** Milliseconds for the rest of a frame, and for the client to close its side. */
const PATIENCE = 1000

/**
 * Joins the two connections once the upstream has switched (RFC 9110 section 7.8), with what either sent early. False, and the
 * upstream's connection gone, where it switched to something else than was asked for.
 */
export function openTunnel(
  exchange: Exchange,
  tunnel: Tunnel,
  incoming: IncomingMessage,
  upstream: Duplex,
  head: Buffer,
): boolean {
  if (incoming.headers.upgrade?.toLowerCase() !== tunnel.protocol || !isReason(incoming.statusMessage)) {
    upstream.destroy()
    return false
  }
  const { response } = exchange
  const client = tunnel.socket
  const headers = exchange.begin(101, shapeResponseHeaders(incoming.rawHeaders, 101, false), false)
  headers.push('connection', 'Upgrade', 'upgrade', tunnel.protocol)
  response.writeHead(101, incoming.statusMessage, headers)
  response.end(() => {
    response.detachSocket(client)
    const line = new JoinedLine(client, upstream)
    if (head.length > 0) line.relay(head)
    if (tunnel.head.length > 0) upstream.write(tunnel.head)
    line.start()
    tunnel.joined?.(line)
  })
  return true
}

class JoinedLine implements Line {
  readonly client: Duplex
  readonly #upstream: Duplex
  readonly #frames = new FrameCursor()
  #farewell: Buffer | undefined
  #isOver = false

  constructor(client: Duplex, upstream: Duplex) {
    this.client = client
    this.#upstream = upstream
  }

  start(): void {
    const { client } = this
    const upstream = this.#upstream
    upstream.on('data', this.relay)
    upstream.on('end', () => this.#follow(client))
    upstream.on('close', () => this.#follow(client))
    upstream.on('error', () => this.#follow(client))
    client.on('drain', () => upstream.resume())
    client.pipe(upstream)
    client.on('error', () => upstream.destroy())
    client.on('close', () => this.#follow(upstream))
  }

  /** Bytes from the upstream to the client. */
  readonly relay = (chunk: Buffer): void => {
    if (this.#farewell === undefined) {
      this.#frames.read(chunk)
      if (!this.client.write(chunk)) this.#upstream.pause()
      return
    }
    const end = this.#frames.read(chunk, true)
    this.client.write(chunk.subarray(0, end))
    if (this.#frames.isBetween) this.#leave(this.#farewell)
  }

  close(code: number, reason: string): void {
    if (this.#farewell !== undefined || this.#isOver) return
    this.#farewell = closeFrame(code, reason)
    const timer = setTimeout(() => this.client.destroy(), PATIENCE)
    this.client.once('close', () => clearTimeout(timer))
    if (this.#frames.isBetween) this.#leave(this.#farewell)
    else this.#upstream.resume()
  }

  /** Nothing more of either side goes to the other. The client is read until it closes: closing on unread bytes would reset it. */
  #leave(farewell: Buffer): void {
    this.#isOver = true
    this.client.unpipe(this.#upstream)
    this.#upstream.off('data', this.relay)
    this.#upstream.destroy()
    this.client.resume()
    this.client.end(farewell)
  }

  /** One side is gone: what is written to the other is flushed before it goes too. */
  #follow(side: Duplex): void {
    if (this.#isOver && side === this.client) return
    this.#isOver = true
    if (!side.writableEnded) side.end()
    if (side.writableFinished) side.destroy()
    else side.once('finish', () => side.destroy())
  }
}
