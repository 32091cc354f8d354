import { Duplex } from 'node:stream'
import { Client, type Dispatcher } from 'undici'

/** What a reader made of the bytes of a response. */
export interface Reading {
  readonly status: number
  /** Names and values in turn, names in lower case, hop-by-hop and framing fields left out. */
  readonly fields: readonly string[]
  /** One character a byte. */
  readonly body: string
  readonly trailers: readonly string[]
}

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
])

/** A socket that says what it was told to, a fragment a turn, once it has been asked. */
class ScriptedSocket extends Duplex {
  readonly #fragments: Buffer[]
  #isAsked = false

  constructor(fragments: Buffer[]) {
    super({ allowHalfOpen: false })
    this.#fragments = [...fragments]
  }

  override _read(): void {}

  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    done()
    if (this.#isAsked) return
    this.#isAsked = true
    this.#say()
  }

  #say(): void {
    if (this.destroyed) return
    const next = this.#fragments.shift()
    this.push(next ?? null)
    if (next !== undefined) setImmediate(() => this.#say())
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}

function decode(raw: readonly Buffer[], keep: (name: string) => boolean): string[] {
  const fields: string[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = String(raw[at]?.toString('latin1')).toLowerCase()
    // undici leaves white space after a value in place; it is no part of the value (RFC 9112 section 5.1).
    if (keep(name)) fields.push(name, String(raw[at + 1]?.toString('latin1')).replace(/[\t ]+$/, ''))
  }
  return fields
}

/** What undici, with Node's own parser in it, reads from the fragments when the upstream closes after the last; undefined where it refuses them. */
export function readWithUndici(method: string, fragments: Buffer[]): Promise<Reading | undefined> {
  const socket = new ScriptedSocket(fragments)
  const client = new Client('http://upstream.test', {
    connect: ((_options: unknown, callback: (error: null, socket: unknown) => void) =>
      queueMicrotask(() => callback(null, socket))) as never,
    pipelining: 1,
  })
  return new Promise(resolve => {
    let status = 0
    let fields: string[] = []
    let body = ''
    let trailers: string[] = []
    const settle = (reading: Reading | undefined) => {
      resolve(reading)
      client.destroy().catch(() => undefined)
      socket.destroy()
    }
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart() {},
      onResponseStart(controller, code) {
        if (code < 200) return
        status = code
        const raw = (controller as unknown as { rawHeaders: Buffer[] }).rawHeaders ?? []
        const named = decode(raw, name => name === 'connection')
          .filter((_, index) => index % 2 === 1)
          .flatMap(value => value.toLowerCase().split(','))
          .map(name => name.trim())
        fields = decode(raw, name => !HOP_BY_HOP.has(name) && !named.includes(name))
      },
      onResponseData(_controller, chunk) {
        body += chunk.toString('latin1')
      },
      onResponseEnd(controller) {
        const raw = (controller as unknown as { rawTrailers: Buffer[] }).rawTrailers ?? []
        trailers = decode(raw, () => true)
        settle({ status, fields, body, trailers })
      },
      onResponseError() {
        settle(undefined)
      },
    }
    client.dispatch({ path: '/', method: method as Dispatcher.HttpMethod }, handler)
  })
}
