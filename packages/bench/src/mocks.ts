import { type ExecFileSyncOptions, execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Memory } from './gateways.ts'
import { freePort, residentMemory, type Served, serve } from './process.ts'
import { median } from './report.ts'
import { measureSlice, type Slice } from './slice.ts'

const here = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))

/** The providers side by side: each issues RS256 client-credentials tokens to one client. */
const PROVIDERS: Readonly<Record<string, (port: number) => readonly string[]>> = {
  'mock-oidc': port => [
    process.execPath,
    here('../../apps/mock-provider/bin/mock-oidc.js'),
    'start',
    '--port',
    String(port),
    '--seed',
    'bench',
    '--allow-production',
  ],
  'oidc-provider': port => [process.execPath, here('contenders/oidc-provider.mjs'), JSON.stringify({ port })],
  'oauth2-mock-server': port => [process.execPath, here('contenders/oauth2-mock-server.mjs'), JSON.stringify({ port })],
}

export interface MockResult {
  readonly slices: readonly Slice[]
  readonly startUp: Readonly<Record<string, number>>
  readonly ready: Readonly<Record<string, number>>
  readonly memory: Readonly<Record<string, Memory>>
}

export async function benchMocks(plan: {
  folder: string
  rounds: number
  seconds: number
  say: (line: string) => void
}): Promise<MockResult> {
  const running = new Map<string, { served: Served; url: string; rest: number }>()
  const slices: Slice[] = []
  const ready = Object.fromEntries(Object.keys(PROVIDERS).map(name => [name, timeReadiness(name, plan.rounds)]))
  plan.say('ready in process: measured')
  try {
    for (const [name, command] of Object.entries(PROVIDERS)) {
      const port = await freePort()
      const url = `http://127.0.0.1:${port}`
      const served = await serve(command(port), `${url}/.well-known/openid-configuration`, 0)
      running.set(name, { url, served, rest: residentMemory(served.child.pid ?? 0) })
      await assertIssues(name, url)
    }
    const authorization = `Basic ${Buffer.from('demo:demo-secret').toString('base64')}`
    for (let round = 0; round <= plan.rounds; round++) {
      for (const [name, { served, url }] of running) {
        const pid = served.child.pid ?? 0
        const load = {
          url: `${url}/token`,
          connections: 16,
          seconds: plan.seconds,
          tokens: [],
          method: 'POST',
          form: FORM,
          authorization,
        } as const
        const slice = await measureSlice({ scenario: 'client-credentials', contender: name, pid }, load, plan.folder)
        if (round > 0) slices.push(slice)
      }
      plan.say(`client-credentials: round ${round} of ${plan.rounds}`)
    }
    return {
      slices,
      ready,
      startUp: Object.fromEntries([...running].map(([name, { served }]) => [name, served.startUp])),
      memory: Object.fromEntries(
        [...running].map(([name, { served, rest }]) => [name, { rest, loaded: residentMemory(served.child.pid ?? 0) }]),
      ),
    }
  } finally {
    await Promise.all([...running.values()].map(({ served }) => served.stop()))
    await writeFile(join(plan.folder, 'done'), '')
  }
}

/** Milliseconds from an imported provider to its first answer in the same process, the median over so many processes. */
function timeReadiness(name: string, rounds: number): number {
  const once = (): number => Number(execFileSync(process.execPath, [here('contenders/ready.mjs'), name], QUIETLY))
  return median(Array.from({ length: Math.max(rounds, 1) }, once))
}

const QUIETLY: ExecFileSyncOptions = { stdio: ['ignore', 'pipe', 'ignore'] }

const FORM = 'grant_type=client_credentials&scope=orders%3Aread'

/** A figure for errors would flatter: each provider must really issue a signed token first. */
async function assertIssues(name: string, url: string): Promise<void> {
  const response = await fetch(`${url}/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from('demo:demo-secret').toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: FORM,
  })
  const { access_token: token = '' } = (await response.json()) as { access_token?: string }
  const [head = ''] = token.split('.')
  const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString() || '{}') as { alg?: string }
  if (response.status !== 200 || alg !== 'RS256')
    throw new Error(`${name} issued no RS256 token (status ${response.status}, alg ${alg})`)
}
