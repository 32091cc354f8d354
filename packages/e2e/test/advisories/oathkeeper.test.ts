import t from 'tap'
import { testGates } from '../../src/gate.ts'
import { acceptToken, refuseStranger, refuseTargets } from '../../src/surfaces.ts'

testGates(t, 'CVE-2026-33494: dot segments never reach a weaker rule', async (t, openGate) => {
  const gate = await openGate()
  await refuseTargets(t, gate, [
    '/public/../admin/1',
    '/public/./../admin',
    '/public/..',
    '/./admin/1',
    '/public/%2E%2E/admin/1',
    '/public/.%2e/admin',
  ])
})

testGates(t, 'CVE-2026-33495: X-Forwarded-Proto and -Host of a stranger choose nothing', async (t, openGate) => {
  const gate = await openGate()
  for (const header of [
    'X-Forwarded-Proto: https',
    'X-Forwarded-Host: public.example.com',
    'Forwarded: proto=https;host=public',
  ]) {
    await refuseStranger(t, gate, '/private/1', [header])
  }
})

testGates(
  t,
  'CVE-2026-33496: one token string that two issuers know is judged by each for itself',
  async (t, openGate) => {
    const gate = await openGate()
    const token = await gate.token({ format: 'opaque' })
    await acceptToken(t, gate, token)
    t.equal((await gate.send('/b/1', [`Authorization: Bearer ${token}`])).code, 'token_inactive')
    await acceptToken(t, gate, token)
    t.equal(gate.upstream.seen.length, 2)
  },
)

testGates(t, '#743: a cached token is judged again where another scope is demanded', async (t, openGate) => {
  const gate = await openGate()
  for (const format of ['jwt', 'opaque'] as const) {
    const token = await gate.token({ format })
    await acceptToken(t, gate, token)
    t.equal((await gate.send('/admin/1', [`Authorization: Bearer ${token}`])).code, 'scope_missing', format)
  }
  t.equal(gate.upstream.seen.length, 2)
})
