import t from 'tap'
import { testGates } from '../../src/gate.ts'
import { bindToken } from '../../src/holder.ts'

testGates(t, 'lua-resty-openidc #573: thirty-five requests at once cost one introspection', async (t, openGate) => {
  const gate = await openGate()
  const token = await gate.token({ format: 'opaque' })
  const answers = await Promise.all(
    Array.from({ length: 35 }, () => gate.send('/private/1', [`Authorization: Bearer ${token}`])),
  )
  t.same(new Set(answers.map(answer => answer.status)), new Set([200]))
  t.equal(gate.provider.tenant('a').journal.list({ endpoint: 'introspect' }).length, 1)
})

testGates(t, 'node-oauth2-jwt-bearer 1.9.1: a missing, doubled or malformed Host is refused', async (t, openGate) => {
  const gate = await openGate()
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
    // Where there is none, Node speaks before an application does.
    const code = hosts.length === 0 && gate.home === 'plugin' ? undefined : 'target_ambiguous'
    t.same({ status: answer.status, code: answer.code }, { status: 400, code }, `${hosts}`)
  }
  t.equal(gate.upstream.seen.length, 0)
})

testGates(
  t,
  'node-oauth2-jwt-bearer 1.9.1: a Host of the client’s choice moves no proof to another place',
  async (t, openGate) => {
    const gate = await openGate()
    const { token, prove } = await bindToken(gate)
    for (const host of ['evil.example.com', 'api.example.com/private/2?', 'api.example.com#', 'api.example.com@evil']) {
      const proof = prove({ url: `https://${host}/private/1` })
      const lines = [`Host: ${host}`, `Authorization: DPoP ${token}`, proof, 'Connection: close']
      const answer = await gate.raw(`${['GET /private/1 HTTP/1.1', ...lines].join('\r\n')}\r\n\r\n`)
      t.equal(answer.code, host === 'evil.example.com' ? 'proof_invalid' : 'target_ambiguous', host)
    }
    t.equal(gate.upstream.seen.length, 0)
  },
)

testGates(
  t,
  'node-oauth2-jwt-bearer 1.9.2: a cnf with more members than the key binds by the key and is not refused',
  async (t, openGate) => {
    const gate = await openGate()
    const { token, prove } = await bindToken(gate, { kid: 'x', 'x-own': { a: 1 } })
    t.equal((await gate.send('/private/1', [`Authorization: DPoP ${token}`, prove()])).status, 200)
    t.equal((await gate.send('/private/1', [`Authorization: Bearer ${token}`, prove()])).code, 'proof_missing')
    t.equal((await gate.send('/private/1', [`Authorization: DPoP ${token}`])).code, 'proof_missing')
    t.equal(gate.upstream.seen.length, 1)
  },
)
