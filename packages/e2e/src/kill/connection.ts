import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { Agent, request } from 'node:http'
import type { Socket } from 'node:net'

export interface Reply {
  /** 0 where the connection ended without a whole answer. */
  readonly status: number
  readonly code: string
  readonly retryAfter: string | undefined
}

/** One connection of one client, opened again when it was closed. */
export class Connection {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  /** Its own port, of the connection that was used last. */
  port = 0

  ask(url: string, token: string, onSent: () => void = () => undefined): Promise<Reply> {
    return new Promise(resolve => {
      const cut: Reply = { status: 0, code: '', retryAfter: undefined }
      const headers = { authorization: `Bearer ${token}` }
      const outgoing = request(url, { agent: this.#agent, headers }, incoming => {
        let text = ''
        incoming.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        incoming.on('error', () => resolve(cut))
        incoming.on('end', () => {
          const code = /"code":"(\w+)"/.exec(text)?.[1] ?? ''
          resolve({ status: incoming.statusCode ?? 0, code, retryAfter: incoming.headers['retry-after'] })
        })
      })
      const note = (socket: Socket): void => {
        this.port = socket.localPort ?? 0
        onSent()
      }
      outgoing.on('socket', socket => {
        if (socket.connecting) socket.once('connect', () => note(socket))
        else note(socket)
      })
      outgoing.on('error', () => resolve(cut))
      outgoing.end()
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

/** The one of these processes that has the server's end of the connection from a port of this machine (proc(5), /proc/net/tcp). */
export function ownerOf(clientPort: number, serverPort: number, processes: readonly number[]): number | undefined {
  const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0')
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n')
  const row = rows
    .map(line => line.trim().split(/\s+/))
    .find(([, local, remote]) => local?.endsWith(`:${hex(serverPort)}`) && remote?.endsWith(`:${hex(clientPort)}`))
  return processes.find(pid => socketsOf(pid).has(`socket:[${row?.[9]}]`))
}

function socketsOf(pid: number): Set<string> {
  const folder = `/proc/${pid}/fd`
  return new Set(
    readdirSync(folder).map(name => {
      try {
        return readlinkSync(`${folder}/${name}`)
      } catch {
        return ''
      }
    }),
  )
}
