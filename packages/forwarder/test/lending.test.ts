import { Duplex } from 'node:stream'
import { rawRequest } from '@gatehouse/testkit'
import t from 'tap'
import { openGate, until } from './gate.ts'
import { openRaw } from './raw.ts'

/** More than leaves in one write with its head, and one read. */
const SIZE = 20_000
const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`

/** A client's connection that takes the head of an answer at once, and what follows when it is told to. */
class Slow extends Duplex {
  readonly held: { readonly bytes: Buffer; readonly taken: () => void }[] = []

  override _read(): void {}

  override _write(bytes: Buffer, _encoding: BufferEncoding, taken: () => void): void {
    if (bytes.subarray(0, 5).toString() === 'HTTP/') taken()
    else this.held.push({ bytes, taken })
  }

  override _final(done: () => void): void {
    done()
  }
}

t.test(
  'bytes that a client has not taken yet stay as they are while their connection carries another answer',
  async t => {
    const raw = await openRaw(peer => {
      const letter = /GET \/b/.test(peer.text) ? 'b' : 'a'
      peer.socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${SIZE}\r\n\r\n${letter.repeat(SIZE)}`)
    })
    const gate = await openGate({ url: raw.url, connections: 1 })
    t.teardown(async () => {
      await raw.close()
      await gate.close()
    })
    const slow = new Slow()
    gate.server.emit('connection', slow)
    slow.push(request('/a'))
    await until(() => slow.held.length > 0 && gate.upstream.state().idle === 1)
    const { body } = await rawRequest(gate.port, request('/b'))
    t.equal(body, 'b'.repeat(SIZE))
    t.equal(raw.peers.length, 1, 'by the same connection')
    t.equal(slow.held[0]?.bytes.toString(), 'a'.repeat(SIZE))
    slow.held[0]?.taken()
    slow.destroy()
  },
)
