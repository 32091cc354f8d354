// Sends RATE requests a second to URL with TOKEN for SECONDS, whatever comes back, and prints how long they took from when they were due.
import { Agent, get } from 'node:http'

const [url, token, rate, seconds] = process.argv.slice(2)
const total = Number(rate) * Number(seconds)
const agent = new Agent({ keepAlive: true })
const options = { agent, headers: { authorization: `Bearer ${token}` } }
const times = []
const began = performance.now()
let sent = 0
let errors = 0

function send(due) {
  const fail = () => done(due, false)
  const request = get(url, options, response => {
    response.resume()
    response.on('error', fail)
    response.on('end', () => done(due, response.statusCode === 200))
  })
  request.on('error', fail)
}

function done(due, isGood) {
  times.push(performance.now() - began - due)
  if (!isGood) errors += 1
  if (times.length === total) report()
}

const timer = setInterval(() => {
  const due = Math.min(total, ((performance.now() - began) * Number(rate)) / 1000)
  for (; sent < due; sent++) send((sent * 1000) / Number(rate))
  if (sent >= total) clearInterval(timer)
}, 1)

function report() {
  times.sort((a, b) => a - b)
  const at = share => times[Math.floor(times.length * share)]
  process.stdout.write(JSON.stringify({ p50: at(0.5), p99: at(0.99), errors }))
  agent.destroy()
}
