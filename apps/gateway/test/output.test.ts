import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { Output, pieceFor, type Sink } from '../src/observe/output.ts'
import { configurationFor, listenUpstream, runConfiguration } from './gatehouse.ts'

/** A reader that can be told to take nothing, to take little, or to go away. */
function makeReader() {
  const state = { text: '', most: Number.POSITIVE_INFINITY, code: '', pieces: [] as number[] }
  const take = (bytes: Uint8Array): number => {
    if (state.code !== '') throw Object.assign(new Error(state.code), { code: state.code })
    const taken = bytes.subarray(0, state.most)
    state.pieces.push(taken.length)
    state.text += Buffer.from(taken).toString()
    return taken.length
  }
  const write = (_fd: number, bytes: Uint8Array, ...rest: unknown[]): void => {
    const done = rest.at(-1) as (error: Error | null, written: number) => void
    globalThis.setImmediate(() => {
      try {
        done(null, take(bytes))
      } catch (error) {
        done(error as Error, 0)
      }
    })
  }
  return { state, sink: { write, writeSync: (_fd: number, bytes: Uint8Array) => take(bytes) } as unknown as Sink }
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await setImmediate()
}

t.test('lines', async t => {
  await t.test('come whole, in order, several at a time and never more than a pipe takes in one piece', async t => {
    const { state, sink } = makeReader()
    const output = new Output(1, sink)
    const lines = Array.from({ length: 500 }, (_, index) => `${index} ${'ü'.repeat(40)}\n`)
    for (const line of lines) output.write(line)
    await until(() => state.text.length === lines.join('').length)
    t.equal(state.text, lines.join(''))
    t.ok(state.pieces.length < 20, `${state.pieces.length} writes`)
    t.ok(state.pieces.every(bytes => bytes <= 4096))
  })

  await t.test('go to a file or a device many at once, and to a pipe as many as it takes in one piece', async t => {
    const pipe = join(t.testdir({ file: '' }), 'pipe')
    execFileSync('mkfifo', [pipe])
    const pieceOf = (path: string): number => {
      const descriptor = openSync(path, 'r+')
      t.teardown(() => closeSync(descriptor))
      return pieceFor(descriptor)
    }
    const large = pieceOf(join(t.testdirName, 'file'))
    t.equal(pieceOf('/dev/null'), large)
    t.equal(pieceOf(pipe), 4096)
    const { state, sink } = makeReader()
    const output = new Output(1, sink, large)
    const lines = Array.from({ length: 500 }, (_, index) => `${index} ${'ü'.repeat(40)}\n`)
    for (const line of lines) output.write(line)
    output.flushSync()
    t.equal(state.text, lines.join(''))
    t.equal(state.pieces.length, 1)
  })

  await t.test('come later where the reader is slow, and those that there is no room for are counted', async t => {
    const { state, sink } = makeReader()
    state.code = 'EAGAIN'
    const output = new Output(1, sink)
    const line = `${'x'.repeat(1023)}\n`
    for (let count = 0; count < 5000; count++) output.write(line)
    state.code = ''
    state.most = 1000
    output.flushSync()
    const arrived = state.text.split(line).length - 1
    t.ok(arrived >= 4096 && arrived < 4200, `${arrived} lines`)
    output.write('after\n')
    output.flushSync()
    t.match(state.text, /"lost":\d+,"msg":"log lines lost"/)
    t.match(state.text, /after\n/)
  })

  await t.test('are given up on where the reader went away, also at exit', async t => {
    const { state, sink } = makeReader()
    const output = new Output(1, sink)
    state.code = 'EPIPE'
    output.write('one\n')
    output.flushSync()
    state.code = ''
    output.write('two\n')
    output.flushSync()
    t.equal(state.text, '')
  })

  await t.test('do not hold up the exit for a reader that is there and reads nothing', async t => {
    const { state, sink } = makeReader()
    const output = new Output(1, sink)
    state.code = 'EAGAIN'
    output.write('one\n')
    output.flushSync()
    state.code = ''
    output.flushSync()
    t.equal(state.text, 'one\n')
  })
})

t.test('workers whose primary is killed go, with lines that nobody reads any more', async t => {
  const upstream = await listenUpstream(t, (_request, response) => response.end('fine'))
  const { child, url } = await runConfiguration(t, configurationFor(upstream, { workers: 2 }))
  const refused = await Promise.all(Array.from({ length: 50 }, () => fetch(`${url}/orders/1`)))
  t.ok(refused.every(({ status }) => status === 401))
  child.process.kill('SIGKILL')
  // The end of the output is the end of the last process that holds it.
  await once(child.process, 'close')
  t.equal(child.process.signalCode, 'SIGKILL')
})
