import t from 'tap'
import { testGates } from '../../src/gate.ts'
import { claimEverywhere, refuseTargets } from '../../src/surfaces.ts'

testGates(t, 'CVE-2026-39858 and the dot alias: no spelling of an asserted header survives', async (t, openGate) => {
  const gate = await openGate()
  const smuggled = [
    'X.Authenticated.User: mallory',
    'X_Authenticated_User: mallory',
    'X-Authenticated.User: mallory',
    'XAuthenticatedUser: mallory',
    'x~authenticated~user: mallory',
    'X.Gatehouse.Subject: mallory',
    'X-Gatehouse-Anything: mallory',
    'xgatehouse: mallory',
  ]
  const [seen] = await claimEverywhere(t, gate, smuggled)
  t.equal(seen?.headers['x-authenticated-user'], 'alice')
})

testGates(
  t,
  'CVE-2026-35051: X-Forwarded-Prefix and every other X-Forwarded-* of a stranger is dropped',
  async (t, openGate) => {
    const gate = await openGate()
    const forged = ['Prefix', 'Uri', 'Port', 'Server', 'Method', 'Tls-Client-Cert', 'Proto', 'Host', 'For'].map(
      name => `X-Forwarded-${name}: mallory`,
    )
    const [seen] = await claimEverywhere(t, gate, [...forged, 'Forwarded: for=mallory', 'X_Forwarded_For: mallory'])
    t.equal(seen?.headers['x-forwarded-for'], '127.0.0.1')
  },
)

testGates(t, 'GHSA-6jwx-7vp4-9847: the path that was judged is the path that is sent', async (t, openGate) => {
  const gate = await openGate()
  await refuseTargets(t, gate, [
    '/public/%2e%2e/private/1',
    '/public%2f..%2fprivate/1',
    '/public/..;/private/1',
    '/public%2Fx',
  ])
  for (const target of ['/public/caf%C3%A9', '/public/a%20b?q=%2F..%2F', '/public/~x', '/public/a+b@c:d!$&()*,=']) {
    t.equal((await gate.send(target)).status, 200, target)
    t.equal(gate.upstream.seen.at(-1)?.url, target)
  }
})
