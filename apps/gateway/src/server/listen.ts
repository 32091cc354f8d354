import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import type { Server } from 'node:net'
import type { Listener, Settings } from './settings.ts'

/** Nobody can listen there; the message is one sentence for the operator. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

const REASONS: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) => `Port ${port} on ${host} is taken: something else listens there.`,
  EACCES: (host, port) => `Port ${port} on ${host} needs privileges that this process does not have.`,
  EADDRNOTAVAIL: host => `${host} is no address of this machine.`,
  EAI_AGAIN: host => `The host name ${host} is not known.`,
  ENOTFOUND: host => `The host name ${host} is not known.`,
}

/** Listens and tells the port, which matters where any free one was asked for. A name is one address: `localhost` is one listener. */
export async function listen(server: Server, { host, port }: Listener): Promise<number> {
  try {
    const { address } = await lookup(host)
    server.listen({ host: address, port })
    await once(server, 'listening')
  } catch (error) {
    throw explain(error, host, port)
  }
  const bound = server.address()
  return typeof bound === 'object' && bound !== null ? bound.port : port
}

function explain(error: unknown, host: string, port: number): ListenError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  return new ListenError(REASONS[code]?.(host, port) ?? `Listening on ${host}, port ${port}, failed (${code}).`)
}

/** `http://127.0.0.1:4000`, brackets around IPv6. */
export const listenerUrl = (scheme: 'http' | 'https', host: string, port: number): string =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`

export const schemeOf = ({ tls }: Settings): 'http' | 'https' => (tls === undefined ? 'http' : 'https')
