import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  createUpstream,
  type Order,
  type Ports,
  systemPorts,
  type Upstream,
  type UpstreamOptions,
} from '../src/index.ts'

/** A time that only a test moves. */
export interface HandMovedPorts extends Ports {
  /** Lets time pass in steps of the longest period of the forwarder's clock. */
  advance(seconds: number): void
}

export function handMovedPorts(): HandMovedPorts {
  let now = 0
  const ticks = new Set<() => void>()
  return {
    now: () => now,
    every: (_seconds, tick) => {
      ticks.add(tick)
      return () => ticks.delete(tick)
    },
    advance: seconds => {
      for (let passed = 0; passed < seconds; passed += 0.01) {
        now += 0.01
        for (const tick of [...ticks]) tick()
      }
    },
  }
}

export interface Gate {
  readonly port: number
  readonly upstream: Upstream
  readonly server: Server
  /** Every refusal: failure and cause. */
  readonly refused: string[]
  /** Every answer that broke off. */
  readonly broken: string[]
  close(): Promise<void>
}

/** A server that forwards everything it gets and answers refusals with 502 and the failure's name. */
export async function openGate(
  options: UpstreamOptions,
  order: Partial<Order> = {},
  ports: Ports = systemPorts,
): Promise<Gate> {
  const upstream = createUpstream(options, ports)
  const refused: string[] = []
  const broken: string[] = []
  const handle = (awaitsContinue: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    upstream.forward(request, response, {
      method: request.method ?? 'GET',
      target: request.url ?? '/',
      headers: 'host: upstream.test\r\n',
      awaitsContinue,
      refuse: (failure, cause) => {
        refused.push(`${failure}: ${cause}`)
        response.statusCode = 502
        response.end(failure)
      },
      broken: (failure, cause) => broken.push(`${failure}: ${cause}`),
      ...order,
    })
  }
  const server = createServer({ keepAliveTimeout: 60_000 }, handle(false))
  server.on('checkContinue', handle(true))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const close = async () => {
    server.close()
    server.closeAllConnections()
    await upstream.close()
  }
  return { port: (server.address() as AddressInfo).port, upstream, server, refused, broken, close }
}

/** Resolves when `isSo` holds; looks again each turn of the event loop, and leaves giving up to the test's own timeout. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(resolve => setImmediate(resolve))
}
