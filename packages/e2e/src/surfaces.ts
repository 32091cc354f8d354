import type { Test } from 'tap'
import type { Answer, Gate } from './gate.ts'

const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
] as const
const PREFLIGHT = ['Origin: https://app.example.com', 'Access-Control-Request-Method: GET'] as const

/** Every kind of request that a gateway might treat as an exception, to a place that the test chooses. */
const WAYS: Readonly<Record<string, readonly [method: string, lines: readonly string[], body?: string]>> = {
  request: ['GET', []],
  'request with a body': ['POST', ['Content-Length: 2', 'Origin: https://app.example.com'], 'ok'],
  upgrade: ['GET', UPGRADE],
  preflight: ['OPTIONS', PREFLIGHT],
  'request of a method that changes something': ['DELETE', []],
}

/** Sends a request in one of the ways; a connection that is to switch can not close as well. */
export function sendBy(gate: Gate, way: string, target: string, lines: readonly string[] = []): Promise<Answer> {
  const [method, more, body = ''] = WAYS[way] ?? raise(way)
  const head = [`${method} ${target} HTTP/1.1`, 'Host: x', ...(more === UPGRADE ? [] : ['Connection: close'])]
  return gate.raw(Buffer.from(`${[...head, ...more, ...lines].join('\r\n')}\r\n\r\n${body}`, 'latin1'))
}

const raise = (way: string): never => {
  throw new Error(`there is no way called ${way}`)
}

type Refusal = Pick<Answer, 'status' | 'code'>

/** What is refused by every way, and reaches no upstream. */
export async function refuse(
  t: Test,
  gate: Gate,
  target: string,
  lines: readonly string[],
  refusal: Refusal,
  name = target,
): Promise<void> {
  const before = gate.upstream.seen.length
  for (const way of Object.keys(WAYS)) {
    const { status, code } = await sendBy(gate, way, target, lines)
    t.same({ status, code }, refusal, `${name}, ${way}`)
  }
  t.equal(gate.upstream.seen.length, before, `${name} reaches nobody`)
}

/** Targets that have more than one reading are refused before anything else is looked at: with a good credential and without. */
export async function refuseTargets(t: Test, gate: Gate, targets: readonly string[]): Promise<void> {
  const ambiguous = { status: 400, code: 'target_ambiguous' }
  const authorization = `Authorization: Bearer ${await gate.token({ scope: 'read admin' })}`
  for (const target of targets) {
    await refuse(t, gate, target, [], ambiguous)
    await refuse(t, gate, target, [authorization], ambiguous, `${target} with a credential`)
  }
}

/** What is sent as a Bearer token gets through. */
export async function acceptToken(t: Test, gate: Gate, token: string, name = 'the token', target = '/private/1') {
  const { status, code } = await gate.send(target, [`Authorization: Bearer ${token}`])
  t.same({ status, code }, { status: 200, code: undefined }, name)
}

const statusOf = (code: string): number => (code === 'scope_missing' ? 403 : code.startsWith('credential_') ? 400 : 401)

/** What is sent as a Bearer token is refused with its code. */
export const refuseToken = (t: Test, gate: Gate, token: string, code: string, name = code, target = '/private/1') =>
  refuse(t, gate, target, [`Authorization: Bearer ${token}`], { status: statusOf(code), code }, name)

/** Without a credential there is no way in, whatever else a request says. */
export const refuseStranger = (t: Test, gate: Gate, target: string, lines: readonly string[] = []): Promise<void> =>
  refuse(t, gate, target, lines, { status: 401, code: 'credential_missing' }, `${target} ${lines}`)

/** A request on its way, and the status that it has whatever else is in it; 200 is the upstream's. */
type Surface = readonly [method: string, target: string, lines: readonly string[], status: number]

/** Public and guarded, methods, preflights, upgrades, and whatever ends in a refusal. `A` is a good credential. */
const SURFACES: readonly Surface[] = [
  ['GET', '/private/1', ['A'], 200],
  ['POST', '/private/1', ['A', 'Content-Length: 0'], 200],
  ['OPTIONS', '/private/1', ['A'], 200],
  ['GET', '/private/1', [], 401],
  ['GET', '/private/1', ['Authorization: Bearer x.y.z'], 401],
  ['GET', '/admin/1', ['A'], 403],
  ['GET', '/browser/1', ['A', 'Origin: https://app.example.com'], 200],
  ['OPTIONS', '/browser/1', PREFLIGHT, 204],
  ['OPTIONS', '/private/1', PREFLIGHT, 401],
  ['OPTIONS', '/public/1', PREFLIGHT, 200],
  ['OPTIONS', '/public/1', [], 200],
  ['GET', '/public/1', [], 200],
  ['HEAD', '/public/1', [], 200],
  ['GET', '/health', [], 200],
  ['GET', '/public/1', UPGRADE, 200],
  ['GET', '/private/1', ['A', ...UPGRADE], 200],
  ['GET', '/private/1', UPGRADE, 401],
  ['GET', '/nowhere', [], 404],
  ['GET', '/public/../x', [], 400],
]

/**
 * Header lines on every surface. They change no answer, and of the requests that go on nothing that they say (`mallory`) does. Answers
 * what the upstream saw.
 */
export async function claimEverywhere(
  t: Test,
  gate: Gate,
  lines: readonly string[],
): Promise<Gate['upstream']['seen']> {
  const authorization = `Authorization: Bearer ${await gate.token()}`
  for (const [method, target, more, status] of SURFACES) {
    const close = more.includes('Connection: Upgrade') ? [] : ['Connection: close']
    const own = more.map(line => (line === 'A' ? authorization : line))
    const head = [`${method} ${target} HTTP/1.1`, `Host: 127.0.0.1:${gate.port}`, ...close]
    const answer = await gate.raw(`${[...head, ...own, ...lines].join('\r\n')}\r\n\r\n`)
    t.equal(answer.status, status, `${method} ${target} ${more.join(', ')}`)
    t.notMatch(answer.head + answer.body, /mallory/)
  }
  const { seen } = gate.upstream
  t.same(
    seen.map(({ method, url }) => [method, url]),
    SURFACES.filter(([, , , status]) => status === 200).map(([method, target]) => [method, target]),
  )
  for (const { method, url, rawHeaders } of seen) t.notMatch(rawHeaders.join('\n'), /mallory/, `${method} ${url}`)
  return seen
}
