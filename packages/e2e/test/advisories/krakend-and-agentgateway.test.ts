import t from 'tap'
import { startGate } from '../../src/gate.ts'

t.test('KrakenD and agentgateway: two issuers whose keys share a kid keep their keys apart, and both work', async t => {
  const gate = await startGate(t)
  const tenants = ['a', 'b'] as const
  const [a, b] = await Promise.all(tenants.map(tenant => gate.token({}, tenant)))
  t.equal((await gate.send('/private/1', [`Authorization: Bearer ${a}`])).status, 200)
  t.equal((await gate.send('/b/1', [`Authorization: Bearer ${b}`])).status, 200)
  // Signed by b's key, under a's name and a's kid.
  const kid = JSON.parse(Buffer.from(String(a).split('.')[0] ?? '', 'base64url').toString()).kid as string
  const forged = await gate.token({ header: { kid }, claims: { iss: `${gate.issuer}/a` } }, 'b')
  t.equal((await gate.send('/private/1', [`Authorization: Bearer ${forged}`])).code, 'signature_invalid')
  t.equal(gate.upstream.seen.length, 2)
})

t.test('KrakenD: members of a scope that are no strings crash nothing', async t => {
  const gate = await startGate(t)
  for (const scope of [[1, null, {}], { read: true }, 7, [['read']], null]) {
    const token = await gate.token({ claims: { scope } })
    const answer = await gate.send('/private/1', [`Authorization: Bearer ${token}`])
    t.ok(answer.status === 403 || answer.status === 401, JSON.stringify(scope))
  }
  t.equal((await gate.send('/health')).status, 200, 'and the gateway is still there')
})

t.test('APISIX: scope as an array, scp as an array or a string, and scope as a string are one thing', async t => {
  const gate = await startGate(t)
  for (const claims of [
    { scope: ['other', 'read'] },
    { scope: null, scp: ['read'] },
    { scope: null, scp: 'read other' },
    { scope: 'other read' },
  ]) {
    const token = await gate.token({ claims })
    t.equal((await gate.send('/private/1', [`Authorization: Bearer ${token}`])).status, 200, JSON.stringify(claims))
  }
})

t.test('lua-resty-openidc #573: thirty-five requests at once cost one introspection', async t => {
  const gate = await startGate(t)
  const token = await gate.token({ format: 'opaque' })
  const answers = await Promise.all(
    Array.from({ length: 35 }, () => gate.send('/private/1', [`Authorization: Bearer ${token}`])),
  )
  t.same(new Set(answers.map(answer => answer.status)), new Set([200]))
  t.equal(gate.provider.tenant('a').journal.list({ endpoint: 'introspect' }).length, 1)
})

t.test('node-oauth2-jwt-bearer 1.9.1: a missing, doubled or malformed Host is refused', async t => {
  const gate = await startGate(t)
  const authorization = `Authorization: Bearer ${await gate.token()}`
  for (const hosts of [
    [],
    ['Host: a', 'Host: b'],
    ['Host: a b'],
    ['Host: a/b'],
    ['Host: a@b'],
    ['Host: a?b'],
    ['Host: [::1'],
  ]) {
    const answer = await gate.raw(
      ['GET /private/1 HTTP/1.1', 'Connection: close', authorization, ...hosts, '', ''].join('\r\n'),
    )
    t.equal(answer.status, 400, JSON.stringify(hosts))
  }
  t.equal(gate.upstream.seen.length, 0)
})
