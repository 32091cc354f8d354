import t from 'tap'
import { testGates } from '../../src/gate.ts'
import { claimEverywhere, refuseStranger, refuseTargets } from '../../src/surfaces.ts'

testGates(
  t,
  'CVE-2026-40575: X-Forwarded-Uri from a client does not choose the unauthenticated path',
  async (t, openGate) => {
    const gate = await openGate()
    for (const name of [
      'X-Forwarded-Uri',
      'X-Original-URL',
      'X-Rewrite-URL',
      'X-Original-Uri',
      'X-Forwarded-Path',
      'Forwarded',
    ]) {
      await refuseStranger(t, gate, '/private/1', [`${name}: /public/1`])
    }
  },
)

testGates(t, 'GHSA-5hvv-m4w4-gf6v: a health-check User-Agent is not let through', async (t, openGate) => {
  const gate = await openGate()
  for (const agent of ['kube-probe/1.31', 'GoogleHC/1.0', 'ELB-HealthChecker/2.0', 'Consul Health Check']) {
    await refuseStranger(t, gate, '/private/1', [`User-Agent: ${agent}`])
  }
})

testGates(t, 'GHSA-7rh7-c77v-6434: a public path in the query opens nothing', async (t, openGate) => {
  const gate = await openGate()
  for (const target of [
    '/private/1?/public/',
    '/private/1?x=/public/1',
    '/private/?/health',
    '/private/1?%2Fpublic%2F1',
  ]) {
    await refuseStranger(t, gate, target)
  }
})

testGates(t, 'GHSA-pxq7-h93f-9jrg: a fragment in the request target is refused, not matched', async (t, openGate) => {
  const gate = await openGate()
  await refuseTargets(t, gate, ['/private/1#/public/1', '/public/1#/private', '/private#', '/health#x'])
  // Encoded it is a letter of the path, which is guarded.
  await refuseStranger(t, gate, '/private/1%23/public')
})

testGates(
  t,
  'CVE-2025-64484: underscores and case do not smuggle an identity header past the gate',
  async (t, openGate) => {
    const gate = await openGate()
    const smuggled = [
      'X_Forwarded_User: mallory',
      'X-Forwarded_User: mallory',
      'x_user: mallory',
      'X_GATEHOUSE_SUBJECT: mallory',
    ]
    const [seen] = await claimEverywhere(t, gate, smuggled)
    t.equal(seen?.headers['x-forwarded-user'], 'alice')
  },
)
