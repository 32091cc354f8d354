import t from 'tap'
import { startGate } from '../../src/gate.ts'

t.test('CVE-2019-9901: every spelling of another path is refused before a route is chosen', async t => {
  const gate = await startGate(t)
  for (const target of [
    '/public/../admin',
    '/public//admin',
    '//admin/1',
    '/public/%2e%2e/admin',
    '/public\\..\\admin',
    '/public/%5c../admin',
    '/public;x/admin',
    '/public/;/admin',
    '/public/%00',
    '/public/%252e%252e/admin',
    '/public/%',
    '/public/%zz',
    '/public/%2',
  ]) {
    const answer = await gate.send(target)
    t.same({ status: answer.status, code: answer.code }, { status: 400, code: 'target_ambiguous' }, target)
  }
  t.equal(gate.upstream.seen.length, 0)
})

t.test(
  '#46586: claim headers of a client are stripped on public routes, refusals, preflights and upgrades',
  async t => {
    const gate = await startGate(t)
    const forged = ['X-User: mallory', 'X-Gatehouse-Subject: mallory', 'X-Team: mallory']
    t.equal((await gate.send('/public/1', forged)).status, 200)
    t.equal((await gate.send('/health', forged)).status, 200)
    await gate.send(
      '/browser/1',
      ['Origin: https://app.example.com', 'Access-Control-Request-Method: GET', ...forged],
      'OPTIONS',
    )
    await gate.send(
      '/public/1',
      ['Origin: https://app.example.com', 'Access-Control-Request-Method: GET', ...forged],
      'OPTIONS',
    )
    await gate.raw(
      `${[
        'GET /public/socket HTTP/1.1',
        'Host: x',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        ...forged,
      ].join('\r\n')}\r\n\r\n`,
    )
    t.ok(gate.upstream.seen.length >= 3)
    for (const seen of gate.upstream.seen)
      t.notMatch(JSON.stringify(seen.rawHeaders), /mallory/, `${seen.method} ${seen.url}`)
  },
)
