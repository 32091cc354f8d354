import { rawRequest } from '@gatehouse/testkit'
import t from 'tap'
import { openStage, ROADS, type Road, type Stage } from '../../src/hostile-upstream.ts'

const roads = Object.keys(ROADS) as Road[]
const LENGTH = 'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world'
const CHUNKS = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n'
const SECOND = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled'

/** Gives the gateway time to read what came after an answer: until it has closed the connection, or for many turns of the loop. */
async function settle(stage: Stage, path: string): Promise<void> {
  for (let turn = 0; turn < 200 && stage.carrierOf(path)?.destroyed === false; turn++) {
    await new Promise(resolve => setImmediate(resolve))
  }
}

for (const road of roads) {
  for (const [framing, answer] of Object.entries({ 'a length': LENGTH, chunks: CHUNKS })) {
    t.test(
      `an answer with ${framing} that ends early, after whatever byte, is never taken for a whole one: ${road}`,
      async t => {
        const stage = await openStage(t, road)
        const kinds = new Map<string, number>()
        for (let at = 0; at < answer.length; at++) {
          stage.prepare(String(at), { bytes: answer.slice(0, at), ends: at % 2 === 0 ? 'end' : 'reset' })
          const got = await stage.ask(`/play/${at}`)
          const kind = got.kind === 'whole' ? `whole ${got.status}` : got.kind
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
          if (got.status !== 502) t.not(got.kind, 'whole', `${at} bytes: ${got.body}`)
        }
        t.same(
          [...kinds.keys()].filter(kind => kind !== 'whole 502' && kind !== 'cut' && kind !== 'none'),
          [],
        )
        t.ok((kinds.get('whole 502') ?? 0) >= answer.indexOf('\r\n\r\n'), 'as long as there is no head it is 502')
        stage.prepare('whole', { bytes: answer })
        t.match(await stage.ask('/play/whole'), { kind: 'whole', status: 200, body: 'hello world' })
      },
    )
  }

  t.test(
    `bytes that come after an answer, in a packet of their own, are not the next client's answer: ${road}`,
    async t => {
      const stage = await openStage(t, road)
      for (const [name, bytes] of Object.entries({ first: LENGTH, second: CHUNKS })) {
        stage.prepare(name, { bytes })
        t.match(await stage.ask(`/play/${name}`), { kind: 'whole', body: 'hello world' })
        stage.carrierOf(`/play/${name}`)?.write(SECOND)
        await settle(stage, `/play/${name}`)
        t.match(await stage.ask(`/good/${name}`), { kind: 'whole', body: `/good/${name}`, surplus: '' })
        t.not(stage.carrierOf(`/good/${name}`), stage.carrierOf(`/play/${name}`), 'on another connection')
        // The positive control: without such bytes the connection is used again.
        t.match(await stage.ask(`/good/again-${name}`), { kind: 'whole', body: `/good/again-${name}` })
        t.equal(stage.carrierOf(`/good/again-${name}`), stage.carrierOf(`/good/${name}`))
      }
    },
  )

  t.test(`an upstream that is slow to begin is 504, and one that is slow to go on is cut: ${road}`, async t => {
    const stage = await openStage(t, road, { headersTimeout: '1s', bodyTimeout: '1s' })
    const late = { kind: 'whole', status: 504, code: 'upstream_timeout', surplus: '' }
    stage.prepare('silent', { bytes: [] })
    t.match(await stage.ask('/play/silent'), late)
    stage.prepare('half', { bytes: 'HTTP/1.1 200 OK\r\nContent-' })
    t.match(await stage.ask('/play/half'), late)
    stage.prepare('trickle', { bytes: 'HTTP/1.1 200 OK\r\n' })
    const answer = stage.ask('/play/trickle')
    const trickle = setInterval(() => {
      const carrier = stage.carrierOf('/play/trickle')
      if (carrier?.writable === true) carrier.write('X-Line: 1\r\n')
    }, 20)
    t.match(await answer, late, 'a head that comes line by line')
    clearInterval(trickle)
    stage.prepare('interim', { bytes: 'HTTP/1.1 102 Processing\r\n\r\n' })
    t.match(await stage.ask('/play/interim'), late)
    stage.prepare('stalled', { bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok' })
    t.match(await stage.ask('/play/stalled'), { kind: 'cut', status: 200, body: 'ok' })
    stage.prepare('chunk', { bytes: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n' })
    t.match(await stage.ask('/play/chunk'), { kind: 'cut', status: 200 })
    t.match(await stage.ask('/good/1'), { kind: 'whole', status: 200, body: '/good/1' })
    t.ok(stage.open <= 1, 'no connection of a late answer is left')
  })
}

const SWITCHED = 'HTTP/1.1 101 Switching Protocols\r\n'
const HANDSHAKE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
]

t.test('a handshake that the upstream answers wrongly opens no tunnel', async t => {
  const stage = await openStage(t, 'fast')
  const wrong: Readonly<Record<string, string>> = {
    'without Upgrade': `${SWITCHED}Connection: Upgrade\r\n\r\n`,
    'to another protocol': `${SWITCHED}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
    'to two protocols': `${SWITCHED}Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n\r\n`,
    'with a field split by LF': `${SWITCHED}Connection: Upgrade\r\nUpgrade: websocket\r\nX: a\nSet-Cookie: evil=1\r\n\r\n`,
    'with a control character in the reason': 'HTTP/1.1 101 a\0b\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    'with a head that never ends': `${SWITCHED}${'X: y\r\n'.repeat(10_000)}`,
    'with what is no HTTP': 'hello',
    'with nothing': '',
    'in HTTP/0.9': 'ok\r\n\r\n',
    'with a status of no kind': 'HTTP/1.1 099 No\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  }
  for (const [name, bytes] of Object.entries(wrong)) {
    stage.prepare(name.replaceAll(' ', '-'), { bytes, ends: 'end' })
    const request = [`GET /play/${name.replaceAll(' ', '-')} HTTP/1.1`, 'Host: a', ...HANDSHAKE, '', ''].join('\r\n')
    const answer = await rawRequest(stage.port, request)
    t.match(answer, { status: 502, body: /"code":"upstream_unreachable"/ }, name)
    t.notMatch(answer.raw, 'evil', name)
  }
  stage.prepare('right', {
    bytes: [`${SWITCHED}Connection: Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Accept: x\r\n\r\n`, '\x81\x02ok'],
    ends: 'end',
  })
  const opened = await rawRequest(
    stage.port,
    ['GET /play/right HTTP/1.1', 'Host: a', ...HANDSHAKE, '', ''].join('\r\n'),
  )
  t.match(opened, { status: 101, body: '\x81\x02ok' })
  t.match(await stage.ask('/good/1'), { kind: 'whole', body: '/good/1' })
})
