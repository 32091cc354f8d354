// Holds COUNT connections to PORT, each with a request head that never ends, and opens a new one for each that is closed.
import { connect } from 'node:net'

const [port, count] = process.argv.slice(2).map(Number)
const sockets = new Set()
let opened = 0
let closed = 0

function open() {
  const socket = connect(port, '127.0.0.1', () => {
    opened += 1
    if (opened === count) process.stdout.write('ready\n')
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n')
  })
  sockets.add(socket)
  socket.resume()
  socket.on('error', () => undefined)
  socket.on('close', () => {
    sockets.delete(socket)
    closed += 1
    // Not all at once: who floods spreads what it has.
    setTimeout(open, 10 + (closed % 50) * 20)
  })
}

for (let index = 0; index < count; index++) setTimeout(open, index)
let turn = 0
// Every connection sends a line a second, a tenth of them at a time.
setInterval(() => {
  turn += 1
  let index = 0
  for (const socket of sockets) {
    index += 1
    if (index % 10 === turn % 10 && socket.writable) socket.write(`X-${turn}: a\r\n`)
  }
}, 100)
process.on('SIGTERM', () => {
  process.stdout.write(`closed ${closed} left ${sockets.size}\n`, () => process.exit(0))
})
