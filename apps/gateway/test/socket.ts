import { connect } from 'node:net'
import type { Test } from 'tap'

/** A WebSocket client that switched: its socket, and what it was sent after the head once the connection is closed. */
export async function openSocket(t: Test, url: string, path: string, fields: readonly string[] = []) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  t.teardown(() => socket.destroy())
  const head = [
    `GET ${path} HTTP/1.1`,
    'host: a',
    'connection: upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
    ...fields,
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  // A connection that breaks is closed then; what had come by then is looked at.
  socket.on('error', () => undefined)
  const closed = new Promise<void>(resolve => {
    socket.once('close', () => resolve())
  })
  let received = Buffer.alloc(0)
  const switched = new Promise<void>(resolve => {
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk])
      if (received.includes('\r\n\r\n')) resolve()
    })
  })
  await Promise.race([switched, closed])
  if (!/^HTTP\/1\.1 101 /.test(String(received))) throw new Error(`did not switch: ${received}`)
  return {
    socket,
    frames: async () => {
      await closed
      return received.subarray(received.indexOf('\r\n\r\n') + 4)
    },
  }
}
