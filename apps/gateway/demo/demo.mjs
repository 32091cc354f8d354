import { realpathSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createChildren } from './children.mjs'
import { findTakenPort, PORTS } from './ports.mjs'
import { writeCurlLines } from './tokens.mjs'

const MOCK = new URL('../../mock-provider/bin/mock-oidc.js', import.meta.url)
const GATEWAY = new URL('../bin/gatehouse.js', import.meta.url)
const CONFIGURATION = new URL('gatehouse.yaml', import.meta.url)
const UPSTREAM = new URL('upstream.mjs', import.meta.url)
const PATIENCE = 30_000

/**
 * Runs the mock provider, the sample upstream and the gateway until a signal comes or one of them dies. Resolves to the exit code once
 * nothing is left running.
 */
export async function runDemo() {
  const taken = await findTakenPort()
  if (taken !== undefined) {
    console.error(taken)
    return 1
  }
  const end = withResolvers()
  const abort = new AbortController()
  const children = createChildren(name => {
    console.error(`${name} ended, so everything stops.`)
    end.resolve(1)
  })
  const onSignal = () => end.resolve(0)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, onSignal)

  children.start('the mock provider', MOCK, ['start', '--port', String(PORTS.provider), '--seed', 'demo'], {
    isQuiet: true,
  })
  children.start('the sample upstream', UPSTREAM, [])
  children.start('the gateway', GATEWAY, ['run', '-c', fileURLToPath(CONFIGURATION)])
  const announced = announce(abort.signal).catch(error => {
    if (abort.signal.aborted) return
    console.error(`The demo did not start: ${error.message}`)
    end.resolve(1)
  })

  const code = await end.promise
  abort.abort()
  await Promise.all([children.stop(), announced])
  for (const signal of signals) process.off(signal, onSignal)
  return code
}

async function announce(signal) {
  await Promise.all([
    waitFor(`http://127.0.0.1:${PORTS.provider}/.well-known/openid-configuration`, signal),
    waitFor(`http://127.0.0.1:${PORTS.upstream}/`, signal),
    waitFor(`http://127.0.0.1:${PORTS.admin}/readyz`, signal),
  ])
  const lines = await writeCurlLines()
  if (signal.aborted) return
  console.log(`\nready\n\n${lines}\n\nCtrl-C stops all of it.`)
}

async function waitFor(url, signal) {
  const deadline = performance.now() + PATIENCE
  while (!signal.aborted) {
    const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(2000)]) }).catch(
      () => undefined,
    )
    await answer?.arrayBuffer().catch(() => undefined)
    if (answer?.ok) return
    if (performance.now() > deadline) throw new Error(`${url} did not answer in ${PATIENCE / 1000} s`)
    await pause(50, undefined, { signal })
  }
}

function withResolvers() {
  const deferred = {}
  deferred.promise = new Promise(resolve => {
    deferred.resolve = resolve
  })
  return deferred
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = await runDemo()
