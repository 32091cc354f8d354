import t from 'tap'
import { startGate } from '../../src/gate.ts'
import { sendEverywhere } from '../../src/surfaces.ts'

t.test('GHSA-wcvh-g65p-v576: a good signature is not enough without the right aud, iss and exp', async t => {
  const gate = await startGate(t)
  const cases = [
    [await gate.token({ audience: 'https://other.example.com' }), 'audience_mismatch'],
    [await gate.token({ claims: { aud: null } }), 'audience_mismatch'],
    [await gate.token({ claims: { iss: 'https://evil.example.com' } }), 'issuer_unknown'],
    [await gate.token({ claims: { exp: null } }), 'claim_missing'],
  ] as const
  for (const [token, code] of cases) {
    t.equal((await gate.send('/private/1', [`Authorization: Bearer ${token}`])).code, code, code)
  }
  t.equal(gate.upstream.seen.length, 0)
})

t.test('2.4.20: claim headers are scrubbed on OPTIONS as on any other method', async t => {
  const gate = await startGate(t)
  await sendEverywhere(gate, ['X-User: mallory', 'X-Gatehouse-Client: mallory'])
  t.ok(gate.upstream.seen.filter(({ method }) => method === 'OPTIONS').length >= 2)
  for (const seen of gate.upstream.seen) t.notMatch(seen.rawHeaders.join('\n'), /mallory/, `${seen.method} ${seen.url}`)
})

t.test('2.4.20: more than one credential is refused, whichever of them is good', async t => {
  const gate = await startGate(t)
  const good = `Authorization: Bearer ${await gate.token()}`
  for (const lines of [
    [good, 'Authorization: Bearer evil'],
    ['Authorization: Bearer evil', good],
    [good, good],
    [good, 'authorization: Basic ZGVtbzpkZW1v'],
    [`${good}, Bearer evil`],
  ]) {
    const answer = await gate.send('/private/1', lines)
    t.equal(answer.status, 400)
    t.match(answer.code, /^credential_(duplicated|malformed)$/)
  }
  t.equal((await gate.send(`/private/1?access_token=${await gate.token()}`)).code, 'credential_missing')
  t.equal(gate.upstream.seen.length, 0)
})
