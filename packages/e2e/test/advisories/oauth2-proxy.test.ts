import t from 'tap'
import { startGate } from '../../src/gate.ts'
import { sendEverywhere } from '../../src/surfaces.ts'

t.test('CVE-2026-40575: X-Forwarded-Uri from a client does not choose the unauthenticated path', async t => {
  const gate = await startGate(t)
  for (const name of [
    'X-Forwarded-Uri',
    'X-Original-URL',
    'X-Rewrite-URL',
    'X-Original-Uri',
    'X-Forwarded-Path',
    'Forwarded',
  ]) {
    const answer = await gate.send('/private/1', [`${name}: /public/1`])
    t.equal(answer.code, 'credential_missing', name)
  }
  t.equal(gate.upstream.seen.length, 0)
})

t.test('GHSA-5hvv-m4w4-gf6v: a health-check User-Agent is not let through', async t => {
  const gate = await startGate(t)
  for (const agent of ['kube-probe/1.31', 'GoogleHC/1.0', 'ELB-HealthChecker/2.0', 'Consul Health Check']) {
    t.equal((await gate.send('/private/1', [`User-Agent: ${agent}`])).code, 'credential_missing', agent)
  }
  t.equal(gate.upstream.seen.length, 0)
})

t.test('GHSA-7rh7-c77v-6434: a public path in the query opens nothing', async t => {
  const gate = await startGate(t)
  for (const target of [
    '/private/1?/public/',
    '/private/1?x=/public/1',
    '/private/?/health',
    '/private/1?%2Fpublic%2F1',
  ]) {
    t.equal((await gate.send(target)).code, 'credential_missing', target)
  }
  t.equal(gate.upstream.seen.length, 0)
})

t.test('GHSA-pxq7-h93f-9jrg: a fragment in the request target is refused, not matched', async t => {
  const gate = await startGate(t)
  for (const target of [
    '/private/1#/public/1',
    '/public/1#/private',
    '/private#',
    '/health#x',
    '/private/1%23/public',
  ]) {
    const answer = await gate.send(target)
    t.ok(
      answer.code === 'target_ambiguous' || (answer.status === 400 && !target.includes('%')) || answer.status === 401,
      target,
    )
    t.not(answer.status, 200, target)
  }
  t.equal(gate.upstream.seen.length, 0)
})

t.test('CVE-2025-64484: underscores and case do not smuggle an identity header past the gate', async t => {
  const gate = await startGate(t)
  const smuggled = [
    'X_Forwarded_User: mallory',
    'X-Forwarded_User: mallory',
    'x_user: mallory',
    'X_GATEHOUSE_SUBJECT: mallory',
  ]
  await sendEverywhere(gate, smuggled)
  t.ok(gate.upstream.seen.length >= 9)
  for (const seen of gate.upstream.seen) t.notMatch(seen.rawHeaders.join('\n'), /mallory/, `${seen.method} ${seen.url}`)
  t.equal(gate.upstream.seen[0]?.headers['x-forwarded-user'], 'alice')
})
