import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import gateway, { type GatewayOptions, type RouteOptions } from '@gatehouse/fastify-gateway'
import { createMockProvider, type MockProvider } from '@gatehouse/mock-provider'
import { type RecordingUpstream, recordingUpstream } from '@gatehouse/testkit'
import Fastify from 'fastify'
import type { Test } from 'tap'
import { hideCredentials, LOGGED, ledger, refuseLeaks, showJournals } from './ledger.ts'
import { runCommand, untilListening } from './processes.ts'
import { API } from './world.ts'

/** Options with their routes written out. */
export type GateOptions = GatewayOptions & { readonly routes: readonly RouteOptions[] }

export interface Answer {
  readonly status: number
  readonly head: string
  readonly body: string
  /** `code` of the problem document, where the body is one. */
  readonly code: string | undefined
}

/** Where a gateway lives: in an application of this process, or in a process of its own, as `gatehouse run` has it. */
const HOMES = { plugin: openPlugin, program: openProgram } as const

type Home = keyof typeof HOMES
type Adapt = (options: GateOptions) => GatewayOptions

/** A gateway with every kind of route, spoken to in bytes: nothing between the test and the socket tidies up an attack. */
export interface Gate {
  readonly home: Home
  readonly provider: MockProvider
  readonly upstream: RecordingUpstream
  readonly issuer: string
  readonly port: number
  /** A good access token of tenant `a` for /private, unless told otherwise. */
  readonly token: (request?: Parameters<MockProvider['mint']>[0], tenant?: 'a' | 'b') => Promise<string>
  /** Writes the bytes and reads until the gateway closes; one that does neither that nor speak is given up after longer than a starved machine needs. */
  readonly raw: (bytes: string | Buffer) => Promise<Answer>
  /** One request with `Connection: close`; header lines are written as they are. */
  readonly send: (target: string, headerLines?: readonly string[], method?: string, body?: string) => Promise<Answer>
}

/**
 * The same test of the plugin and of the program. The program is one process, with one provider, for all tests of a file that give the same
 * function to change its configuration, or none.
 */
export function testGates(
  t: Test,
  name: string,
  body: (t: Test, openGate: (adapt?: Adapt) => Promise<Gate>) => Promise<void>,
): void {
  t.test(`${name}: plugin`, own => body(own, adapt => startGate(own, adapt)))
  const openShared = async (adapt?: Adapt): Promise<Gate> => {
    const gate = programs.get(adapt) ?? startGate(t, adapt, 'program')
    programs.set(adapt, gate)
    return sinceNow(await gate)
  }
  t.test(`${name}: program`, own => body(own, openShared))
}

/** Of the file that this process runs. */
const programs = new Map<Adapt | undefined, Promise<Gate>>()

/** The gate with an upstream that has seen nothing yet. */
function sinceNow(gate: Gate): Gate {
  const { upstream } = gate
  const before = upstream.seen.length
  const fresh: RecordingUpstream = {
    ...upstream,
    get seen() {
      return upstream.seen.slice(before)
    },
  }
  return { ...gate, upstream: fresh }
}

export async function startGate(t: Test, adapt: Adapt = same => same, home: Home = 'plugin'): Promise<Gate> {
  const provider = createMockProvider({ seed: 'gate' })
  const listening = await provider.listen({ port: 0 })
  const upstream = await recordingUpstream()
  const { port, close } = await HOMES[home](t, adapt(options(listening.url, upstream.url)))
  t.teardown(async () => {
    await close()
    await Promise.all([listening.close(), upstream.close()])
    showJournals([provider, provider.tenant('a'), provider.tenant('b')])
    refuseLeaks()
  })
  const raw = (bytes: string | Buffer): Promise<Answer> => exchange(port, bytes)
  return {
    home,
    provider,
    upstream,
    issuer: listening.url,
    port,
    raw,
    async token(request = {}, tenant = 'a') {
      const { token } = await provider
        .tenant(tenant)
        .mint({ sub: 'alice', client_id: 'demo', scope: 'read', audience: API, ...request })
      return token
    },
    send: (target, headerLines = [], method = 'GET', body = '') =>
      raw(
        `${[`${method} ${target} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Connection: close', ...headerLines].join('\r\n')}\r\n\r\n${body}`,
      ),
  }
}

interface Open {
  readonly port: number
  readonly close: () => Promise<unknown>
}

async function openPlugin(_t: Test, options: GatewayOptions): Promise<Open> {
  const app = Fastify({ ...LOGGED, forceCloseConnections: true })
  await app.register(gateway, options)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: portOf(url), close: () => app.close() }
}

async function openProgram(t: Test, options: GatewayOptions): Promise<Open> {
  const { publicUrl, trustedProxies, clientCertificateHeader, limits, ...rest } = options
  const server = { port: 0, publicUrl, trustedProxies, clientCertificateHeader, limits, shutdownGrace: 0 }
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const file = join(folder, 'gatehouse.json')
  await writeFile(file, JSON.stringify({ server, admin: false, ...rest }))
  const url = await untilListening(runCommand(t, 'gatehouse', ['run', '-c', file]))
  // It is killed with the test.
  return { port: portOf(url), close: async () => undefined }
}

const portOf = (url: string): number => Number(new URL(url).port)

function options(issuer: string, upstream: string): GateOptions {
  // The provider is in the process of the test, which may stand still for a while on a busy machine.
  const timeout = '60s'
  const introspection = { client: { id: 'gateway', secret: 'gateway-secret' }, timeout }
  const identity = {
    headers: { 'x-user': 'sub', 'x-forwarded-user': 'sub', 'x-authenticated-user': 'sub', 'x-team': 'team' },
  }
  return {
    issuers: {
      a: { issuer: `${issuer}/a`, audience: [API], tokens: 'either', jwks: { timeout }, introspection },
      b: { issuer: `${issuer}/b`, audience: [API], tokens: 'either', jwks: { timeout }, introspection },
    },
    publicUrl: 'https://api.example.com',
    upstreams: { main: { url: upstream } },
    routes: [
      { path: '/private/*', upstream: 'main', auth: { issuers: ['a'], scopes: ['read'] }, identity },
      { path: '/b/*', upstream: 'main', auth: { issuers: ['b'] } },
      { path: '/admin/*', upstream: 'main', auth: { issuers: ['a'], scopes: ['admin'] } },
      {
        path: '/browser/*',
        upstream: 'main',
        auth: { issuers: ['a'] },
        identity,
        cors: { origins: ['https://app.example.com'], credentials: true },
      },
      { path: '/public/*', upstream: 'main', auth: 'public' },
      { path: '/health', upstream: 'main', auth: 'public' },
    ],
  }
}

function exchange(port: number, bytes: string | Buffer): Promise<Answer> {
  // Not every request gets as far as to be one.
  for (const [, field] of bytes.toString('latin1').matchAll(/^authorization: *(.+?)\r?$/gim)) {
    hideCredentials(ledger, 'authorization', field ?? '')
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setTimeout(30_000, () => socket.destroy())
    socket.on('data', chunk => chunks.push(chunk))
    socket.on('error', error => ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? reject(error) : undefined))
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString('latin1')
      ledger.show('answer', text)
      resolve(parseAnswer(text))
    })
  })
}

function parseAnswer(text: string): Answer {
  const [head = '', body = ''] = text.split(/\r\n\r\n([\s\S]*)/)
  const code = /"code":"(\w+)"/.exec(body)?.[1]
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body, code }
}
