import t from 'tap'
import { testGates } from '../../src/gate.ts'
import { acceptToken, refuseToken } from '../../src/surfaces.ts'

testGates(
  t,
  'KrakenD and agentgateway: two issuers whose keys share a kid keep their keys apart, and both work',
  async (t, openGate) => {
    const gate = await openGate()
    const [a, b] = [await gate.token({}, 'a'), await gate.token({}, 'b')]
    await acceptToken(t, gate, a)
    await acceptToken(t, gate, b, 'of b', '/b/1')
    // Signed by b's key, under a's name and a's kid.
    const kid = JSON.parse(Buffer.from(a.split('.')[0] ?? '', 'base64url').toString()).kid as string
    const forged = await gate.token({ header: { kid }, claims: { iss: `${gate.issuer}/a` } }, 'b')
    await refuseToken(t, gate, forged, 'signature_invalid')
    t.equal(gate.upstream.seen.length, 2)
  },
)

testGates(t, 'KrakenD: members of a scope that are no strings crash nothing', async (t, openGate) => {
  const gate = await openGate()
  for (const scope of [[1, null, {}], { read: true }, 7, [['read']], null]) {
    const token = await gate.token({ claims: { scope } })
    await refuseToken(t, gate, token, 'scope_missing', JSON.stringify(scope))
  }
  t.equal((await gate.send('/health')).status, 200, 'and the gateway is still there')
})

testGates(
  t,
  'KrakenD: a flood of unknown kids costs the issuer one question and us no memory of each',
  async (t, openGate) => {
    const gate = await openGate()
    await acceptToken(t, gate, await gate.token())
    const asked = () => gate.provider.tenant('a').journal.list({ endpoint: 'jwks' }).length
    const before = asked()
    for (let kid = 0; kid < 60; kid++) {
      const token = await gate.token({ header: { kid: `unknown-${kid}` } })
      t.equal((await gate.send('/private/1', [`Authorization: Bearer ${token}`])).code, 'key_unknown')
    }
    t.equal(asked() - before, 1)
    t.equal(gate.upstream.seen.length, 1)
  },
)
