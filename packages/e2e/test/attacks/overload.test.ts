import { openWire, type RawUpstream, rawUpstream } from '@gatehouse/testkit'
import t, { type Test } from 'tap'
import { startGate } from '../../src/gate.ts'

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** Requests that an upstream may have under way, and that may wait for their turn. */
const CONNECTIONS = 8
const QUEUE = 24
const MOST = CONNECTIONS + QUEUE

/** An upstream that answers nobody until it is told to, and then everybody. */
async function heldUpstream(t: Test): Promise<RawUpstream & { release(): void; hold(): void }> {
  const held: (() => void)[] = []
  let isOpen = true
  const upstream = await rawUpstream(socket => {
    const answer = () => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok')
    if (isOpen) answer()
    else held.push(answer)
  })
  t.teardown(upstream.close)
  return {
    ...upstream,
    hold() {
      isOpen = false
    },
    release() {
      isOpen = true
      for (const answer of held.splice(0)) answer()
    },
  }
}

t.test('of twice as many requests as an upstream may have, exactly those beyond are told to come back', async t => {
  const upstream = await heldUpstream(t)
  const gate = await startGate(t, options => ({
    ...options,
    upstreams: { main: { url: upstream.url, connections: CONNECTIONS, queue: QUEUE, connectTimeout: '5m' } },
  }))
  const ask = async (token: string): Promise<string> => {
    const wire = await openWire(gate.port)
    wire.send(`GET /private/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n\r\n`)
    return wire.closed()
  }
  const token = await gate.token()
  const expired = await gate.token({ defect: 'expired' })
  const foreign = await gate.token({ defect: 'wrong_key' })
  t.match(await ask(token), /^HTTP\/1\.1 200/, 'keys are known from here on')
  for (const wave of ['the first', 'the second']) {
    upstream.hold()
    const before = upstream.received.length
    const shed: string[] = []
    const answers = Array.from({ length: 2 * MOST }, () => ask(token))
    for (const answer of answers) void answer.then(text => text.startsWith('HTTP/1.1 503') && shed.push(text))
    while (shed.length < MOST || upstream.received.length < before + CONNECTIONS) await turn()
    t.equal(upstream.received.length, before + CONNECTIONS, `${wave}: not one more is under way`)
    for (const [bad, code] of [
      [expired, 'token_expired'],
      [foreign, 'signature_invalid'],
      ['opaque-and-never-seen', 'token_inactive'],
    ] as const) {
      const answer = await ask(bad)
      t.match(answer, /^HTTP\/1\.1 401 /, `${wave}: a bad token is refused as ever`)
      t.ok(answer.includes(`"code":"${code}"`), code)
    }
    upstream.release()
    const all = await Promise.all(answers)
    t.equal(
      all.filter(text => text.startsWith('HTTP/1.1 200')).length,
      MOST,
      `${wave}: all that were let in are served`,
    )
    t.equal(shed.length, MOST)
    for (const text of shed) t.match(text, /\r\nretry-after: 1\r\n[\s\S]*"code":"overloaded"/i)
    t.equal(upstream.received.length, before + MOST, `${wave}: who was turned away reached nobody`)
  }
})
