import { createServer } from 'node:net'

/** The ports of the demo, by what listens there. */
export const PORTS = { gateway: 4000, admin: 4001, provider: 4010, upstream: 4020 }

const NAMES = {
  gateway: 'the gateway',
  admin: 'its admin listener',
  provider: 'the mock provider',
  upstream: 'the sample upstream',
}

/** One sentence for the first port that something else listens on; undefined where all are free. */
export async function findTakenPort() {
  for (const [name, port] of Object.entries(PORTS)) {
    if (!(await isFree(port)))
      return `Port ${port} on 127.0.0.1, meant for ${NAMES[name]}, is taken: stop what listens there and start again.`
  }
  return undefined
}

const isFree = port =>
  new Promise(resolve => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => probe.close(() => resolve(true)))
  })
