import type { Test } from 'tap'
import { type Order, type Ports, systemPorts, type UpstreamOptions } from '../src/index.ts'
import { handMovedPorts, openGate } from './gate.ts'
import { openRaw, type Peer } from './raw.ts'

export const CLOSE = 'Connection: close\r\n'

/** The head of a request, with field lines that end as they should. */
export const request = (method: string, more = ''): string => `${method} / HTTP/1.1\r\nHost: x\r\n${more}\r\n`

/** A request that ends its connection. */
export const get = (method = 'GET', more = ''): string => request(method, CLOSE + more)

/** A whole answer. */
export const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'
export const ok = (peer: Peer): void => void peer.socket.write(OK)

/** A gate in front of an upstream that answers bytes, both closed with the test. */
export async function openWorld(
  t: Test,
  answer: (peer: Peer) => void,
  options: Partial<UpstreamOptions> = {},
  order: Partial<Order> = {},
  ports: Ports = systemPorts,
) {
  const raw = await openRaw(answer)
  const gate = await openGate({ url: raw.url, ...options }, order, ports)
  t.teardown(async () => {
    await raw.close()
    await gate.close()
  })
  return { raw, gate }
}

/** The same, at a time that only the test moves. */
export async function openTimedWorld(
  t: Test,
  answer: (peer: Peer) => void,
  options: Partial<UpstreamOptions> = {},
  order: Partial<Order> = {},
) {
  const ports = handMovedPorts()
  return { ...(await openWorld(t, answer, options, order, ports)), ports }
}
