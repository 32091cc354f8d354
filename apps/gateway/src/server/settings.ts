import { X509Certificate } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { createSecureContext } from 'node:tls'
import { checkShape, type Problem, parseDuration } from '@gatehouse/configuration'
import { adminSchema, serverSchema } from './schema.ts'

/** `server` and `admin` once parsed. Durations are seconds, sizes bytes, TLS material PEM text. */
export interface Settings {
  readonly host: string
  readonly port: number
  readonly publicUrl: string | undefined
  readonly trustedProxies: readonly string[]
  readonly clientCertificateHeader: string | undefined
  readonly tls:
    | {
        readonly cert: string
        readonly key: string
        readonly clientCa: string | undefined
        /** Whether clients that can may speak HTTP/2. */
        readonly http2: boolean
      }
    | undefined
  /** Processes that serve; 1 is this one. */
  readonly workers: number
  readonly shutdownGrace: number
  readonly limits: {
    readonly headers: number
    readonly fields: number
    readonly token: number
    readonly body: number
    readonly concurrency: number
    readonly waiting: number
    readonly connections: number
    readonly eventLoopDelay: number
    readonly headersTimeout: number
    readonly requestTimeout: number
  }
  /** `secret` guards what changes something; without it nothing does. */
  readonly admin: (Listener & { readonly secret?: string }) | undefined
}

export interface Listener {
  readonly host: string
  readonly port: number
}

interface ServerOptions extends Partial<Listener> {
  readonly publicUrl?: string
  readonly trustedProxies?: readonly string[]
  readonly clientCertificateHeader?: string
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientCa?: string; readonly http2?: boolean }
  readonly workers?: number | 'auto'
  readonly shutdownGrace?: string | number
  readonly limits?: Partial<
    Record<'headers' | 'fields' | 'token' | 'body' | 'concurrency' | 'waiting' | 'connections', number> &
      Record<'eventLoopDelay' | 'headersTimeout' | 'requestTimeout', string | number>
  >
}

type AdminOptions = (Partial<Listener> & { readonly secret?: string }) | false

/** What the contract gives to whom writes nothing. */
const SERVER = {
  host: '127.0.0.1',
  port: 4000,
  trustedProxies: [],
  workers: 1,
  shutdownGrace: '15s',
  limits: {
    headers: 16_384,
    fields: 100,
    token: 8192,
    body: 104_857_600,
    concurrency: 100,
    waiting: 1024,
    connections: 10_000,
    eventLoopDelay: '500ms',
    headersTimeout: '10s',
    requestTimeout: '5m',
  },
} as const
const ADMIN = { host: '127.0.0.1', port: 4001 } as const

/** Every mistake in `server` and `admin`, in shape and in meaning. `unread` are paths whose files could not be read. */
export function checkSettings(server: unknown, admin: unknown, unread: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = []
  if (server !== undefined) problems.push(...checkShape(serverSchema, server, 'server'))
  if (admin !== undefined) problems.push(...checkShape(adminSchema, admin, 'admin'))
  if (problems.length > 0) return problems
  const effective = effectiveSettings(server, admin)
  problems.push(...checkServer(effective.server), ...checkTls(effective.server.tls, unread))
  if (effective.admin && isSameListener(effective.server, effective.admin)) {
    problems.push({
      path: 'admin.port',
      message: 'is the port of the server',
      allowed: 'another port, or admin: false',
    })
  }
  return problems
}

/** The two sections with their defaults, as a user would write them. Only for what `checkSettings` found nothing in. */
export function effectiveSettings(server: unknown, admin: unknown) {
  const written = (server ?? {}) as ServerOptions
  const listener = (admin ?? {}) as AdminOptions
  return {
    server: {
      ...SERVER,
      ...written,
      ...(written.tls && { tls: { http2: true, ...written.tls } }),
      limits: { ...SERVER.limits, ...written.limits },
    },
    admin: listener === false ? (false as const) : { ...ADMIN, ...listener },
  }
}

/** Parses what `checkSettings` found nothing in. */
export function parseSettings(server: unknown, admin: unknown): Settings {
  const effective = effectiveSettings(server, admin)
  const { host, port, publicUrl, trustedProxies, clientCertificateHeader, tls, workers, shutdownGrace, limits } =
    effective.server as ServerOptions & typeof effective.server
  return {
    host,
    port,
    publicUrl: publicUrl === undefined ? undefined : new URL(publicUrl).origin,
    trustedProxies,
    clientCertificateHeader,
    tls: tls && { cert: tls.cert, key: tls.key, clientCa: tls.clientCa, http2: tls.http2 ?? true },
    workers: workers === 'auto' ? availableParallelism() : workers,
    shutdownGrace: seconds(shutdownGrace),
    limits: {
      ...limits,
      eventLoopDelay: seconds(limits.eventLoopDelay),
      headersTimeout: seconds(limits.headersTimeout),
      requestTimeout: seconds(limits.requestTimeout),
    },
    admin: effective.admin || undefined,
  }
}

/** What the plugin is told of the settings. */
export const pluginSettings = ({ publicUrl, trustedProxies, clientCertificateHeader, limits }: Settings) => ({
  ...(publicUrl === undefined ? {} : { publicUrl }),
  trustedProxies,
  ...(clientCertificateHeader === undefined ? {} : { clientCertificateHeader }),
  limits: {
    headers: limits.headers,
    fields: limits.fields,
    token: limits.token,
    body: limits.body,
    concurrency: limits.concurrency,
    waiting: limits.waiting,
    eventLoopDelay: limits.eventLoopDelay,
  },
})

const seconds = (duration: string | number): number => parseDuration(duration) ?? 0

function checkServer(server: ServerOptions): Problem[] {
  const problems: Problem[] = []
  if (server.publicUrl !== undefined && !isOrigin(server.publicUrl)) {
    problems.push({
      path: 'server.publicUrl',
      message: 'is more than an origin',
      allowed: 'scheme, host and port, such as https://api.example.com',
    })
  }
  for (const [index, proxy] of (server.trustedProxies ?? []).entries()) {
    if (isAddressRange(proxy)) continue
    problems.push({
      path: `server.trustedProxies[${index}]`,
      message: 'is no IP address or CIDR',
      allowed: 'such as 10.0.0.0/8, ::1 or 192.0.2.7',
    })
  }
  const { headersTimeout, requestTimeout } = { ...SERVER.limits, ...server.limits }
  if (seconds(requestTimeout) > 0 && seconds(requestTimeout) < seconds(headersTimeout)) {
    problems.push({
      path: 'server.limits.requestTimeout',
      message: 'is shorter than headersTimeout',
      allowed: 'at least as long, or 0s',
    })
  }
  return problems
}

function isOrigin(text: string): boolean {
  const url = new URL(text)
  return url.username === '' && url.password === '' && url.pathname === '/' && url.search === '' && url.hash === ''
}

function isAddressRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  if (prefix === undefined) return true
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > (family === 4 ? 32 : 128)) return false
  new BlockList().addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6')
  return true
}

const isSameListener = (one: Listener, other: Listener): boolean =>
  one.port !== 0 && one.port === other.port && (one.host === other.host || [one.host, other.host].some(isWildcard))

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::'

/** Key and certificates are tried here, so that a wrong file is a sentence at start and not a failed handshake later. */
function checkTls(tls: ServerOptions['tls'], unread: ReadonlySet<string>): Problem[] {
  if (tls === undefined) return []
  const problems: Problem[] = []
  const judge = (name: 'cert' | 'key' | 'clientCa', isGood: (pem: string) => unknown, allowed: string) => {
    const text = tls[name]
    if (text === undefined || unread.has(`server.tls.${name}`) || succeeds(() => isGood(text))) return
    problems.push({ path: `server.tls.${name}`, message: 'is not what it should be', allowed })
  }
  judge('cert', pem => createSecureContext({ cert: pem }) && new X509Certificate(pem), 'a PEM certificate')
  judge('key', pem => createSecureContext({ key: pem }), 'a PEM private key without a passphrase')
  judge('clientCa', pem => new X509Certificate(pem), 'PEM certificates')
  const isWhole = problems.length === 0 && ![...unread].some(path => path.startsWith('server.tls.'))
  if (isWhole && !succeeds(() => createSecureContext({ cert: tls.cert, key: tls.key }))) {
    problems.push({
      path: 'server.tls.key',
      message: 'is not the key of the certificate',
      allowed: 'the private key of server.tls.cert',
    })
  }
  return problems
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}
