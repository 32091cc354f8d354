import t from 'tap'
import { startGate } from '../../src/gate.ts'
import { sendEverywhere } from '../../src/surfaces.ts'

t.test('CVE-2026-39858 and the dot alias: no spelling of an asserted header survives', async t => {
  const gate = await startGate(t)
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
  await sendEverywhere(gate, smuggled)
  t.ok(gate.upstream.seen.length >= 9)
  for (const seen of gate.upstream.seen) t.notMatch(seen.rawHeaders.join('\n'), /mallory/, `${seen.method} ${seen.url}`)
  t.equal(gate.upstream.seen[0]?.headers['x-authenticated-user'], 'alice')
})

t.test('CVE-2026-35051: X-Forwarded-Prefix and every other X-Forwarded-* of a stranger is dropped', async t => {
  const gate = await startGate(t)
  const forged = ['Prefix', 'Uri', 'Port', 'Server', 'Method', 'Tls-Client-Cert', 'Proto', 'Host', 'For'].map(
    name => `X-Forwarded-${name}: mallory`,
  )
  await sendEverywhere(gate, [...forged, 'Forwarded: for=mallory', 'X_Forwarded_For: mallory'])
  t.ok(gate.upstream.seen.length >= 9)
  for (const seen of gate.upstream.seen) t.notMatch(seen.rawHeaders.join('\n'), /mallory/, `${seen.method} ${seen.url}`)
  t.equal(gate.upstream.seen[0]?.headers['x-forwarded-for'], '127.0.0.1')
})

t.test('GHSA-6jwx-7vp4-9847: the path that was judged is the path that is sent', async t => {
  const gate = await startGate(t)
  for (const target of [
    '/public/%2e%2e/private/1',
    '/public%2f..%2fprivate/1',
    '/public/..;/private/1',
    '/public%2Fx',
  ]) {
    t.equal((await gate.send(target)).code, 'target_ambiguous', target)
  }
  t.equal(gate.upstream.seen.length, 0)
  for (const target of ['/public/caf%C3%A9', '/public/a%20b?q=%2F..%2F', '/public/~x', '/public/a+b@c:d!$&()*,=']) {
    t.equal((await gate.send(target)).status, 200, target)
    t.equal(gate.upstream.seen.at(-1)?.url, target)
  }
})
