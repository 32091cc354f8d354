import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Exchange, Tunnel } from './forward.ts'

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
  if (incoming.headers.upgrade?.toLowerCase() !== tunnel.protocol) {
    upstream.destroy()
    return false
  }
  const { response } = exchange
  const client = tunnel.socket
  const headers = exchange.begin(101, incoming.rawHeaders)
  headers.push('connection', 'Upgrade', 'upgrade', tunnel.protocol)
  response.writeHead(101, incoming.statusMessage, headers)
  response.end(() => {
    response.detachSocket(client)
    if (head.length > 0) client.write(head)
    if (tunnel.head.length > 0) upstream.write(tunnel.head)
    join(client, upstream)
    join(upstream, client)
  })
  return true
}

/** Carries bytes one way until either side is done; what is written is flushed before the other side goes. */
function join(from: Duplex, to: Duplex): void {
  from.pipe(to)
  from.on('error', () => to.destroy())
  from.on('close', () => {
    if (!to.writableEnded) to.end()
    if (to.writableFinished) to.destroy()
    else to.once('finish', () => to.destroy())
  })
}
