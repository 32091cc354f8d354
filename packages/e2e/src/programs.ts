import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const app = (path: string): string => fileURLToPath(new URL(`../../../apps/${path}`, import.meta.url))

/** Arguments of Node with which it runs our sources. */
export const FROM_SOURCE: readonly string[] = ['--import', import.meta.resolve('tsx'), '--conditions=@gatehouse/source']

/** Arguments of Node for each of our commands. Who has built them just before starts them as users do; a file that is run by itself starts their sources. */
export const PROGRAMS = process.env.TEST_BUILT
  ? { gatehouse: [app('gateway/bin/gatehouse.js')], 'mock-oidc': [app('mock-provider/bin/mock-oidc.js')] }
  : {
      gatehouse: [...FROM_SOURCE, app('gateway/src/main.ts')],
      'mock-oidc': [...FROM_SOURCE, app('mock-provider/src/main.ts')],
    }

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Waits, a minute at most, until anything at all is answered at the address; rejects once `whyNot` says that there is no point in it. */
export async function untilServes(url: string, whyNot: () => string | undefined = () => undefined): Promise<void> {
  const deadline = performance.now() + 60_000
  for (;;) {
    try {
      await (await fetch(url)).arrayBuffer()
      return
    } catch (cause) {
      const reason = whyNot()
      if (reason !== undefined) throw new Error(reason, { cause })
      if (performance.now() > deadline) throw new Error(`nothing at ${url}`, { cause })
      await new Promise(resolve => setTimeout(resolve, 25))
    }
  }
}
