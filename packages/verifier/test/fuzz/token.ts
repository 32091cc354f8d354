import assert from 'node:assert/strict'
import { createVerifier } from '../../src/index.ts'
import { API, ISSUER, NOW, playPorts } from '../configs.ts'
import { CLAIM_WORDS, CLAIMS, createForge, FORGE_WORDS, KEY, signed } from './scene/issuer.ts'

const { ports } = playPorts(() => Response.error())
const issuers = {
  main: { issuer: ISSUER, audience: API, algorithms: ['EdDSA'], tokens: 'jwt', jwks: { keys: [KEY.jwk] } },
}
const verifier = createVerifier({ issuers: issuers as never }, ports)
const policy = verifier.policy({})
const GOOD = signed(CLAIMS)
const forge = createForge(GOOD)

/** What whoever has one good token and no key may send, or what the issuer itself may sign. */
export async function fuzz(input: Buffer): Promise<void> {
  const { token, said } = forge(input)
  const inbound = { method: 'GET', target: '/', rawHeaders: ['Authorization', `Bearer ${token}`] }
  const outcome = await verifier.authenticate(inbound, policy)
  if (!outcome.ok) {
    assert.ok(
      verifier.challenge(outcome.rejection, policy)?.match(/^(?:Bearer|DPoP) /),
      'a refusal without a challenge',
    )
    if (token === GOOD) assert.fail('the good token is refused')
    return
  }
  if (said === undefined) {
    assert.equal(token.replace(/^ +|[ \t]+$/g, ''), GOOD, 'a token that nobody signed')
    return
  }
  const { header, claims } = said
  const { alg = 'EdDSA', typ, crit } = header
  assert.deepEqual([alg, crit, claims.iss], ['EdDSA', undefined, ISSUER])
  assert.match(String(typ ?? 'jwt'), /^(?:jwt|(?:application\/)?at\+jwt)$/i)
  assert.ok([claims.aud].flat().includes(API), 'for somebody else')
  assert.ok(
    typeof claims.exp === 'number' && claims.exp > NOW - 6 && !(Number(claims.nbf) > NOW + 5),
    'at another time',
  )
  assert.ok(claims.cnf === undefined || claims.cnf === null, 'without proof')
  const { subject, client, scopes } = outcome.value
  assert.ok(
    [subject, client].every(name => name === undefined || name.trim() !== ''),
    'nobody has a name',
  )
  assert.ok(
    scopes.every(scope => scope !== '' && !scope.includes(' ')),
    'a scope that is two',
  )
}

export const seeds = [
  '@T',
  '@H.@C.@S',
  '<{"alg":"none"}>.@C.',
  '<{"alg":"HS256"}>.<{"iss":"https://login.example.com"}>.@S',
  `{"typ":"at+jwt"}\n${JSON.stringify(CLAIMS)}`,
  ...[
    { iss: API },
    { aud: [ISSUER] },
    { exp: NOW - 60 },
    { nbf: NOW + 60 },
    { iat: NOW + 3600 },
    { sub: '\ud800' },
  ].map(over => `{}\n${JSON.stringify({ ...CLAIMS, ...over })}`),
  `{}\n${JSON.stringify({ ...CLAIMS, nbf: NOW, iat: NOW, scope: 'a b', client_id: 'web', acr: '1', auth_time: NOW })}`,
  `{}\n${JSON.stringify({ ...CLAIMS, cnf: { jkt: 'A'.repeat(43) } })}`,
]
export const dictionary = [
  ...FORGE_WORDS,
  '=',
  '{"alg":"none"}',
  '"EdDSA"',
  '"jwk":',
  '"kid":"one"',
  '"logout+jwt"',
  ...CLAIM_WORDS,
]
