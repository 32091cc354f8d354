import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PRECEDENCE } from './process.ts'

const run = promisify(execFile)
const WRK = '/usr/bin/wrk'

export interface Load {
  readonly url: string
  readonly connections: number
  readonly seconds: number
  /** One or many; many are sent in turn. */
  readonly tokens: readonly string[]
  readonly method?: 'GET' | 'POST'
  readonly bodyBytes?: number
  /** A form to post, with its Authorization header. */
  readonly form?: string
  readonly authorization?: string
  /** A new connection a request. */
  readonly close?: boolean
  /** Every token once, then no more; `seconds` is then the longest it may take. */
  readonly once?: boolean
  /** Every answer should be a refusal: any other counts as an error. */
  readonly refused?: boolean
}

export interface Sample {
  readonly requests: number
  readonly seconds: number
  readonly errors: number
  readonly p50: number
  readonly p99: number
  readonly bytes: number
}

/** Loads one URL from the second core, by wrk where it is installed and by autocannon otherwise. */
export const applyLoad = (load: Load, folder: string): Promise<Sample> =>
  existsSync(WRK) ? byWrk(load, folder) : byAutocannon(load)

async function byWrk(load: Load, folder: string): Promise<Sample> {
  const script = join(folder, 'load.lua')
  const tokens = join(folder, 'tokens.txt')
  await writeFile(tokens, load.tokens.join('\n'))
  await writeFile(script, lua(load, tokens))
  const args = [
    ...PRECEDENCE.slice(1),
    ...(PRECEDENCE.length === 0 ? [] : ['taskset']),
    '-c',
    '1',
    WRK,
    '-t1',
    `-c${load.connections}`,
    `-d${load.seconds}s`,
    '--latency',
    '-s',
    script,
    load.url,
  ]
  const { stdout } = await run(PRECEDENCE[0] ?? 'taskset', args, { maxBuffer: 1 << 20 })
  const line = /^SAMPLE (\S+) (\S+) (\S+) (\S+) (\S+) (\S+) (\S+)$/m.exec(stdout)
  if (line === null) throw new Error(`wrk printed no sample:\n${stdout}`)
  const [requests = 0, micros = 1, broken = 0, refused = 0, p50 = 0, p99 = 0, bytes = 0] = line.slice(1).map(Number)
  const errors = broken + (load.refused === true ? requests - refused : refused)
  return { requests, seconds: micros / 1e6, errors, p50: p50 / 1000, p99: p99 / 1000, bytes }
}

/** Left to itself, wrk waits for the end of its time once every token is sent: it is interrupted, a moment later because a signal is not heard while a command runs. */
const ONCE = `local isOver = false
function request()
  at = at + 1
  if at > #ready then
    at = #ready
    if not isOver then
      isOver = true
      wrk.thread:stop()
      os.execute("(sleep 0.1; kill -INT " .. io.open("/proc/self/stat"):read("*n") .. ") &")
    end
  end
  return ready[at]
end`

const lua = (load: Load, tokens: string): string => `
local tokens, at = {}, 0
for line in io.lines(${JSON.stringify(tokens)}) do tokens[#tokens + 1] = line end
wrk.method = ${JSON.stringify(load.method ?? 'GET')}
${load.bodyBytes === undefined ? '' : `wrk.body = string.rep("x", ${load.bodyBytes})`}
${load.form === undefined ? '' : `wrk.body = ${JSON.stringify(load.form)}; wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"; wrk.headers["Authorization"] = ${JSON.stringify(load.authorization ?? '')}`}
${load.close === true ? 'wrk.headers["Connection"] = "close"' : ''}
local ready = {}
function init(args)
  for i, token in ipairs(tokens) do wrk.headers["Authorization"] = "Bearer " .. token; ready[i] = wrk.format() end
  if #tokens == 0 then ready[1] = wrk.format() end
end
${load.once === true ? ONCE : 'function request() at = at % #ready + 1; return ready[at] end'}
function done(summary, latency)
  local e = summary.errors
  print(string.format("SAMPLE %d %d %d %d %d %d %d", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.timeout, e.status, latency:percentile(50), latency:percentile(99), summary.bytes))
end
`

async function byAutocannon(load: Load): Promise<Sample> {
  const bin = createRequire(import.meta.url).resolve('autocannon/autocannon.js')
  const sent = load.form ?? (load.bodyBytes === undefined ? undefined : 'x'.repeat(load.bodyBytes))
  const body = sent === undefined ? [] : ['-b', sent]
  const form =
    load.form === undefined
      ? []
      : ['-H', 'Content-Type=application/x-www-form-urlencoded', '-H', `Authorization=${load.authorization}`]
  const [token] = load.tokens
  const headers = token === undefined ? [] : ['-H', `Authorization=Bearer ${token}`]
  const close = load.close === true ? ['-H', 'Connection=close'] : []
  const counts = ['-c', String(load.connections), '-d', String(load.seconds), '-m', load.method ?? 'GET']
  const { stdout } = await run(
    process.execPath,
    [bin, '-j', ...counts, ...headers, ...form, ...close, ...body, load.url],
    {
      maxBuffer: 1 << 24,
    },
  )
  const result = JSON.parse(stdout) as {
    requests: { total: number }
    duration: number
    errors: number
    non2xx: number
    latency: { p50: number; p99: number }
    throughput: { total: number }
  }
  return {
    requests: result.requests.total,
    seconds: result.duration,
    errors: result.errors + (load.refused === true ? result.requests.total - result.non2xx : result.non2xx),
    p50: result.latency.p50,
    p99: result.latency.p99,
    bytes: result.throughput.total,
  }
}
