import t from 'tap'
import { testGates } from '../../src/gate.ts'
import { claimEverywhere, refuse, refuseStranger } from '../../src/surfaces.ts'

testGates(
  t,
  'GHSA-wcvh-g65p-v576: a good signature is not enough without the right aud, iss and exp',
  async (t, openGate) => {
    const gate = await openGate()
    const cases = [
      [await gate.token({ audience: 'https://other.example.com' }), 'audience_mismatch'],
      [await gate.token({ claims: { aud: null } }), 'audience_mismatch'],
      [await gate.token({ claims: { iss: 'https://evil.example.com' } }), 'issuer_unknown'],
      [await gate.token({ claims: { exp: null } }), 'claim_missing'],
    ] as const
    for (const [token, code] of cases) {
      await refuse(t, gate, '/private/1', [`Authorization: Bearer ${token}`], { status: 401, code }, code)
    }
  },
)

testGates(t, '2.4.20: claim headers are scrubbed on OPTIONS as on any other method', async (t, openGate) => {
  const gate = await openGate()
  const seen = await claimEverywhere(t, gate, ['X-User: mallory', 'X-Gatehouse-Client: mallory'])
  t.equal(seen.filter(({ method }) => method === 'OPTIONS').length, 3)
})

testGates(t, '2.4.20: more than one credential is refused, whichever of them is good', async (t, openGate) => {
  const gate = await openGate()
  const good = `Authorization: Bearer ${await gate.token()}`
  const two = { status: 400, code: 'credential_duplicated' }
  for (const lines of [
    [good, 'Authorization: Bearer evil'],
    ['Authorization: Bearer evil', good],
    [good, good],
    [good, 'authorization: Basic ZGVtbzpkZW1v'],
    [`${good}, Bearer evil`],
  ]) {
    await refuse(t, gate, '/private/1', lines, two, lines.map(line => line.slice(0, 21)).join(' and '))
  }
  await refuseStranger(t, gate, `/private/1?access_token=${await gate.token()}`)
})
