import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'

const PARENT = fileURLToPath(new URL('fixtures/demo-parent.mjs', import.meta.url))
const DEMO = fileURLToPath(new URL('../demo/demo.mjs', import.meta.url))

/** Starts the parent and waits until both children said their process ids. `ended` follows the last holder of its output. */
async function startFamily(t: Test) {
  const parent = spawn(process.execPath, [PARENT], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  t.teardown(() => void parent.kill('SIGKILL'))
  let output = ''
  const ended = once(parent, 'close')
  const pids = await new Promise<number[]>(resolve => {
    parent.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const found = output.match(/^\d+$/gm) ?? []
      if (found.length === 2) resolve(found.map(Number))
    })
  })
  return { parent, pids, ended, output: () => output }
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

t.test('whoever stops the demo stops its children', async t => {
  const { parent, pids, ended } = await startFamily(t)
  parent.kill('SIGTERM')
  t.same(await ended, [0, null])
  t.notOk(pids.some(isRunning))
})

t.test('children end even when the demo is killed without a word', async t => {
  const { parent, ended } = await startFamily(t)
  parent.kill('SIGKILL')
  // The children hold its output too: it closes when the last of them is gone.
  t.same(await ended, [null, 'SIGKILL'])
})

t.test('when one child dies the others are stopped', async t => {
  const { pids, ended, output } = await startFamily(t)
  process.kill(pids[0] ?? 0, 'SIGKILL')
  t.same(await ended, [1, null])
  t.match(output(), /^(one|two) ended$/m)
  t.notOk(pids.some(isRunning))
})

t.test('a taken port is one sentence that names it, and exit 1, before anything is started', async t => {
  const holder = createServer()
  // Taken by somebody else is as good.
  await new Promise<void>(resolve => holder.once('error', () => resolve()).listen(4020, '127.0.0.1', () => resolve()))
  t.teardown(() => void holder.close())
  const demo = spawn(process.execPath, [DEMO], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  let out = ''
  let err = ''
  demo.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  demo.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  t.same(await once(demo, 'close'), [1, null])
  t.match(err, /^Port 40(00|01|10|20) on 127\.0\.0\.1, meant for the? [^\n]+, is taken: [^\n]+\.\n$/)
  t.equal(out, '')
})
