import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { Settings } from './options.ts'

const PROBE_AFTER_MS = 30_000

/** The last TLS session of an upstream, resumed by its next connection. */
const sessions = new WeakMap<Settings, Buffer>()

/** Starts to connect. What is read goes to `onread` and makes no stream events. */
export function openSocket(settings: Settings, onread: OnReadOpts): Socket {
  const { host, port } = settings
  const tcp = {
    host,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: PROBE_AFTER_MS,
    onread,
  }
  if (!settings.secure) return connectTcp(tcp)
  const session = sessions.get(settings)
  const socket: TLSSocket = connectTls({
    ...tcp,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(settings.ca === undefined ? {} : { ca: settings.ca }),
    ...(session === undefined ? {} : { session }),
  })
  socket.setNoDelay(true)
  socket.setKeepAlive(true, PROBE_AFTER_MS)
  return socket.on('session', latest => sessions.set(settings, latest))
}
