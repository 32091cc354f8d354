import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMockProvider } from '../../src/index.ts'
import { assertAsked, assertNoFindings, tenantFor } from '../../src/testing/index.ts'

// Run by testing.test.ts as a user's own test file would be: one of the two must fail.
const provider = createMockProvider({ issuer: 'https://login.example.com' })
const query = 'client_id=demo&response_type=code&state=s&redirect_uri=https://app.example.com/cb'
const challenge = '&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256'

test('careful', async t => {
  const { issuer, journal } = tenantFor(t, provider, { noFindings: true })
  assert.equal(issuer, 'https://login.example.com/test/careful')
  await provider.fetch(new Request(`${issuer}/authorize?${query}${challenge}`))
  assertAsked({ journal }, { endpoint: 'authorize', times: 1 })
})

test('careless', async t => {
  const world = tenantFor(t, provider)
  await provider.fetch(new Request(`${world.issuer}/authorize?${query}`))
  assertNoFindings(world)
})
