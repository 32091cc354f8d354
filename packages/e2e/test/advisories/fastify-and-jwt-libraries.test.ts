import t from 'tap'
import { testGates } from '../../src/gate.ts'
import { acceptToken, claimEverywhere, refuseToken } from '../../src/surfaces.ts'

testGates(
  t,
  'fastify CVE-2026-3635: host and protocol of a stranger reach neither the upstream nor a challenge',
  async (t, openGate) => {
    const gate = await openGate()
    await claimEverywhere(t, gate, ['X-Forwarded-Host: mallory.example.com', 'X-Forwarded-Proto: mallory'])
    const answer = await gate.raw(
      'GET /private/1 HTTP/1.1\r\nHost: mallory.example.com\r\nX-Forwarded-Host: mallory.example.com\r\nConnection: close\r\n\r\n',
    )
    t.equal(answer.code, 'credential_missing')
    t.match(answer.head, 'resource_metadata="https://api.example.com/', 'the origin is the configured one')
    t.notMatch(answer.head, /mallory/)
  },
)

testGates(t, 'fast-jwt GHSA-mvf2-f6gm-w987: the public RSA key is not an HMAC secret', async (t, openGate) => {
  const gate = await openGate()
  const token = await gate.token({ defect: 'hs256_public_key' })
  await refuseToken(t, gate, token, 'algorithm_not_allowed')
})

testGates(t, 'fast-jwt: an unknown crit is refused', async (t, openGate) => {
  const gate = await openGate()
  const token = await gate.token({ header: { crit: ['exp2'], exp2: 1 } })
  await refuseToken(t, gate, token, 'token_malformed')
})

testGates(
  t,
  'fast-jwt GHSA-rp9m-7r4c-75qg: two tokens that share a beginning or an end do not share a verdict',
  async (t, openGate) => {
    const gate = await openGate()
    const good = await gate.token()
    await acceptToken(t, gate, good)
    const [header, payload, signature = ''] = good.split('.')
    const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as object
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'root' })).toString('base64url')
    for (const token of [`${header}.${forged}.${signature}`, `${header}.${payload}.${'A'.repeat(signature.length)}`]) {
      await refuseToken(t, gate, token, 'signature_invalid')
    }
    t.equal(gate.upstream.seen.length, 1)
  },
)

testGates(t, 'get-jwks 1706a17: a kid shaped like a cache key poisons nothing', async (t, openGate) => {
  const gate = await openGate()
  const poison = await gate.token({ header: { kid: `RS256:x:${gate.issuer}/a` } })
  await refuseToken(t, gate, poison, 'key_unknown')
  await acceptToken(t, gate, await gate.token())
})
