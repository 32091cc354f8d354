import { createHook } from 'node:async_hooks'
import { Socket } from 'node:net'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Kind, openScene, type Scene } from './scene.ts'

/** What one request costs, in things that can be counted whatever else the machine does. */
export interface Cost {
  /** Promises made. */
  readonly promises: number
  /** Writes to sockets: the client's, the gateway's two and the upstream's. */
  readonly writes: number
  /** Bytes of the heap, those of the client and the upstream included. */
  readonly bytes: number
}

export type HotPath = Readonly<Record<Kind, Cost>>

const KINDS: readonly Kind[] = ['public', 'jwt', 'opaque', 'refused']
const WARM_UP = 3000
const COUNTED = 1000

/** Needs a young generation large enough for the counted requests: run with `--min-semi-space-size=64 --max-semi-space-size=64`. */
export async function measureHotPath(): Promise<HotPath> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const scene = await openScene()
  try {
    for (const kind of KINDS) await run(scene, kind, WARM_UP)
    return {
      public: await count(scene, 'public', collect),
      jwt: await count(scene, 'jwt', collect),
      opaque: await count(scene, 'opaque', collect),
      refused: await count(scene, 'refused', collect),
    }
  } finally {
    await scene.close()
  }
}

const run = (scene: Scene, kind: Kind, requests: number): Promise<void> =>
  new Promise(resolve => scene.send(kind, requests, resolve))

async function count(scene: Scene, kind: Kind, collect: () => void): Promise<Cost> {
  let promises = 0
  const hook = createHook({
    init(_id, type) {
      if (type === 'PROMISE') promises += 1
    },
  })
  const writes = countWrites()
  const done = run(scene, kind, COUNTED)
  hook.enable()
  await done
  hook.disable()
  writes.stop()
  collect()
  const before = getHeapStatistics().used_heap_size
  await run(scene, kind, COUNTED)
  const bytes = getHeapStatistics().used_heap_size - before
  if (bytes < 0) throw new Error('the young generation is too small for this measurement')
  // What this function itself awaits is a handful, whatever the number of requests.
  return {
    promises: Math.floor(promises / COUNTED),
    writes: writes.read() / COUNTED,
    bytes: Math.round(bytes / COUNTED),
  }
}

function countWrites(): { read(): number; stop(): void } {
  const { _write, _writev } = Socket.prototype
  let writes = 0
  Socket.prototype._write = function (...parts) {
    writes += 1
    _write.apply(this, parts)
  }
  if (_writev !== undefined) {
    Socket.prototype._writev = function (...parts) {
      writes += 1
      _writev.apply(this, parts)
    }
  }
  return {
    read: () => writes,
    stop() {
      Socket.prototype._write = _write
      if (_writev !== undefined) Socket.prototype._writev = _writev
    },
  }
}
