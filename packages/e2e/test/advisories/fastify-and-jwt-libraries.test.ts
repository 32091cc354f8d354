import t from 'tap'
import { startGate } from '../../src/gate.ts'

t.test('fastify CVE-2026-3635: host and protocol of a stranger reach neither the upstream nor a challenge', async t => {
  const gate = await startGate(t)
  const forged = ['X-Forwarded-Host: evil.example.com', 'X-Forwarded-Proto: gopher']
  const answer = await gate.send('/private/1', forged)
  t.equal(answer.code, 'credential_missing')
  t.notMatch(answer.head, /evil\.example\.com|gopher/)
  t.equal((await gate.send('/public/1', forged)).status, 200)
  t.notMatch(JSON.stringify(gate.upstream.seen[0]?.rawHeaders), /evil\.example\.com|gopher/)
})

t.test('fast-jwt GHSA-mvf2-f6gm-w987: the public RSA key is not an HMAC secret', async t => {
  const gate = await startGate(t)
  const token = await gate.token({ defect: 'hs256_public_key' })
  t.equal((await gate.send('/private/1', [`Authorization: Bearer ${token}`])).code, 'algorithm_not_allowed')
})

t.test('fast-jwt: an unknown crit is refused', async t => {
  const gate = await startGate(t)
  const token = await gate.token({ header: { crit: ['exp2'], exp2: 1 } })
  t.match(
    (await gate.send('/private/1', [`Authorization: Bearer ${token}`])).code,
    /^(token_malformed|signature_invalid)$/,
  )
})

t.test('fast-jwt GHSA-rp9m-7r4c-75qg: two tokens that share a beginning or an end do not share a verdict', async t => {
  const gate = await startGate(t)
  const good = await gate.token()
  t.equal((await gate.send('/private/1', [`Authorization: Bearer ${good}`])).status, 200)
  const [header, payload, signature = ''] = good.split('.')
  const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as object
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'root' })).toString('base64url')
  for (const token of [`${header}.${forged}.${signature}`, `${header}.${payload}.${'A'.repeat(signature.length)}`]) {
    t.equal((await gate.send('/private/1', [`Authorization: Bearer ${token}`])).code, 'signature_invalid')
  }
  t.equal(gate.upstream.seen.length, 1)
})

t.test('get-jwks 1706a17: a kid shaped like a cache key poisons nothing', async t => {
  const gate = await startGate(t)
  const poison = await gate.token({ header: { kid: `RS256:x:${gate.issuer}/a` } })
  t.equal((await gate.send('/private/1', [`Authorization: Bearer ${poison}`])).code, 'key_unknown')
  t.equal((await gate.send('/private/1', [`Authorization: Bearer ${await gate.token()}`])).status, 200)
})
