import t from 'tap'
import { testGates } from '../../src/gate.ts'
import { claimEverywhere, refuseTargets } from '../../src/surfaces.ts'

testGates(
  t,
  'CVE-2019-9901: every spelling of another path is refused before a route is chosen',
  async (t, openGate) => {
    const gate = await openGate()
    await refuseTargets(t, gate, [
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
    ])
  },
)

testGates(
  t,
  '#46586: claim headers of a client are stripped on public routes, refusals, preflights and upgrades',
  async (t, openGate) => {
    const gate = await openGate()
    const seen = await claimEverywhere(t, gate, ['X-User: mallory', 'X-Gatehouse-Subject: mallory', 'X-Team: mallory'])
    t.equal(seen.filter(({ url }) => url.startsWith('/public') || url === '/health').length, 6)
  },
)
