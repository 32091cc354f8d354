import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { Agent, createServer, type IncomingMessage, type RequestListener, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { JsonObject } from '@gatehouse/protocol'
import { makeKey, signToken } from '@gatehouse/testkit'
import type { Test } from 'tap'

export const ISSUER = 'https://login.example.com'
export const AUDIENCE = 'https://api.example.com'

const key = makeKey('ES256')

/** The key of the tests' issuer, for one that publishes it. */
export const publishedKey = key.jwk
const secondsNow = (): number => Math.floor(Date.now() / 1000)
const now = secondsNow()

/** A token as the issuer of the tests signs it; good for an hour unless the claims say otherwise. */
export const token = (claims: JsonObject = {}): string =>
  signToken(key, { iss: ISSUER, aud: AUDIENCE, sub: 'alice', iat: now, exp: now + 3600, ...claims })

/** What the issuer sends when a subject logs out (OpenID Connect Back-Channel Logout 1.0 section 2.4). */
export const logoutToken = (sub: string): string =>
  signToken(
    key,
    {
      iss: ISSUER,
      aud: AUDIENCE,
      sub,
      iat: secondsNow(),
      exp: secondsNow() + 120,
      jti: 'logout',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    },
    { typ: 'logout+jwt' },
  )

/** A configuration whose issuer needs no network. */
export const configurationFor = (upstream: string, server: object = {}) => ({
  server: { port: 0, ...server },
  admin: { port: 0 } as object | false,
  issuers: {
    main: { issuer: ISSUER, audience: [AUDIENCE], tokens: 'jwt', discovery: false, jwks: { keys: [key.jwk] } },
  },
  upstreams: { sample: { url: upstream } },
  routes: [
    { path: '/orders/*', upstream: 'sample', auth: {} },
    { path: '/health', upstream: 'sample', auth: 'public' },
  ],
})

/** A real upstream on a free port, closed when the test ends. */
export async function listenUpstream(t: Test, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export interface Child {
  readonly process: ChildProcess
  readonly output: { out: string; err: string }
  /** Lines of the log so far. */
  lines(): Record<string, unknown>[]
  /** Resolves when a line with this message is there, or so many of them: with the last. */
  line(msg: string, times?: number): Promise<Record<string, unknown>>
  /** Exit code and signal. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** A run of all tests has built the program just before, and starts it as users do; a file that is run by itself starts its sources. */
const PROGRAM = process.env.TEST_BUILT
  ? [at('../bin/gatehouse.js')]
  : ['--import=tsx', '--conditions=@gatehouse/source', at('../src/main.ts')]

/** The program itself, as a process of its own. */
export function startGatehouse(t: Test, args: readonly string[], env: NodeJS.ProcessEnv = {}): Child {
  const child = spawn(process.execPath, [...PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  })
  const output = { out: '', err: '' }
  const waiting = new Set<() => void>()
  const tell = () => {
    for (const look of waiting) look()
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.out += text
    tell()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.err += text
  })
  let isOver = false
  const ended = once(child, 'close').then(([code, signal]) => {
    isOver = true
    tell()
    return { code, signal }
  })
  t.teardown(() => void child.kill('SIGKILL'))
  const lines = () =>
    output.out
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line) as Record<string, unknown>)
  return {
    process: child,
    output,
    lines,
    ended,
    line: (msg, times = 1) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines().filter(line => line.msg === msg)[times - 1]
          // Not at its exit: what it said last may come after that.
          if (found === undefined && !isOver) return
          waiting.delete(look)
          if (found === undefined) reject(new Error(`ended without ${msg}: ${output.err}`))
          else resolve(found)
        }
        waiting.add(look)
        look()
      }),
  }
}

/** Writes a configuration and runs it. */
export async function runConfiguration(t: Test, configuration: object, env: NodeJS.ProcessEnv = {}) {
  const config = join(t.testdir(), 'gatehouse.json')
  writeFileSync(config, JSON.stringify(configuration))
  const child = startGatehouse(t, ['run', '-c', config], env)
  const { url, admin } = await child.line('listening')
  return { child, url: String(url), admin: String(admin) }
}

/** One request on a connection of its own, which goes to the next worker. */
export async function ask(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  const [response] = (await once(request(url, { agent: new Agent(), headers }).end(), 'response')) as [IncomingMessage]
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) body += chunk
  return { status: response.statusCode ?? 0, body }
}

/** Process ids of the workers that listen. */
export const pidsOf = async (admin: string): Promise<number[]> =>
  JSON.parse((await ask(`${admin}/readyz`)).body).workers.listening
