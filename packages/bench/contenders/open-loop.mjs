// Sends RATE requests a second to URL for SECONDS, each with the next token of FILE, whatever comes back, over COUNT connections that are open before the first.
// Prints how many were accepted, how many were told to come back later, and how long that took from when they were due.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'

const [target, file, ...numbers] = process.argv.slice(2)
const [rate, seconds, count] = numbers.map(Number)
const { hostname, port, pathname } = new URL(target)
const requests = readFileSync(file, 'utf8')
  .split('\n')
  .map(token => Buffer.from(`GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${token}\r\n\r\n`))
const total = rate * seconds
/** Milliseconds for what is still on its way at the end. */
const PATIENCE = 5000
const lines = await Promise.all(Array.from({ length: count }, open))
const idle = [...lines]
/** Requests that are due and find no connection idle, in order. */
const due = []
let next = 0
let asked = 0
let sent = 0
let errors = 0
const accepted = []
const shed = []
const began = performance.now()

/** One connection, and one request at a time on it. */
async function open() {
  const socket = connect(port, hostname)
  const line = { socket, due: -1, text: '' }
  socket.setNoDelay()
  socket.on('data', chunk => read(line, chunk.latin1Slice()))
  socket.on('close', () => {
    if (line.due >= 0) errors += 1
    line.due = -1
    const at = idle.indexOf(line)
    if (at >= 0) idle.splice(at, 1)
  })
  await once(socket, 'connect')
  socket.on('error', () => undefined)
  return line
}

function read(line, text) {
  line.text += text
  const head = line.text.indexOf('\r\n\r\n')
  if (head < 0 || line.text.length < head + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(line.text)?.[1])) return
  const took = performance.now() - began - line.due
  if (line.text.startsWith('HTTP/1.1 200')) accepted.push(took)
  else if (line.text.startsWith('HTTP/1.1 503') && /\r\nretry-after: \d/i.test(line.text)) shed.push(took)
  else errors += 1
  line.text = ''
  line.due = -1
  if (next < due.length) send(line, due[next++])
  else idle.push(line)
}

function send(line, when) {
  line.due = when
  line.socket.write(requests[sent++ % requests.length])
}

const timer = setInterval(() => {
  const now = performance.now() - began
  const wanted = Math.min(total, (now * rate) / 1000)
  for (; asked < wanted; asked++) {
    const when = (asked * 1000) / rate
    const line = idle.pop()
    if (line === undefined) due.push(when)
    else send(line, when)
  }
  const isDone = accepted.length + shed.length + errors >= total
  if (asked >= total && (isDone || now > seconds * 1000 + PATIENCE)) report()
}, 1)

function report() {
  clearInterval(timer)
  // What never was answered has waited until now.
  const now = performance.now() - began
  const waiting = [...lines.flatMap(line => (line.due < 0 ? [] : [line.due])), ...due.slice(next)]
  const unanswered = waiting.length
  const describe = times => {
    times.sort((a, b) => a - b)
    const at = share => times[Math.floor(times.length * share)] ?? 0
    return { count: times.length, p50: at(0.5), p99: at(0.99) }
  }
  accepted.push(...waiting.map(when => now - when))
  const result = { seconds: now / 1000, accepted: describe(accepted), shed: describe(shed), errors, unanswered }
  process.stdout.write(JSON.stringify(result), () => process.exit(0))
}
