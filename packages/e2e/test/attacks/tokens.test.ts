import t from 'tap'
import { TOKEN_ATTACKS, takeApart } from '../../src/forge.ts'
import { startGate } from '../../src/gate.ts'

const CODES =
  /^(token_malformed|token_too_large|token_type_mismatch|issuer_unknown|algorithm_not_allowed|key_unknown|signature_invalid|token_expired|token_not_yet_valid|audience_mismatch|claim_missing|token_inactive|credential_malformed)$/

t.test('every forged token is refused with a code of the contract, and the upstream sees none', async t => {
  const gate = await startGate(t)
  const token = await gate.token({ alg: 'RS256' })
  const { keys } = (await (await fetch(`${gate.issuer}/a/jwks`)).json()) as { keys: { kid: string }[] }
  const kid = takeApart(token, {}).header.kid
  const jwk = keys.find(key => key.kid === kid)
  if (jwk === undefined) throw new Error('the key of the token is not published')
  const material = takeApart(token, jwk as never)
  let cases = 0
  for (const [name, attack] of Object.entries(TOKEN_ATTACKS)) {
    const answer = await gate.send('/private/1', [`Authorization: Bearer ${attack(material)}`])
    // Node's own limit on headers speaks first where a token is larger than any header may be.
    if (name.endsWith('too large')) t.match(String(answer.status), /^(401|431)$/, name)
    else {
      t.match(String(answer.status), /^(400|401)$/, name)
      t.match(answer.code, CODES, name)
    }
    cases++
  }
  t.ok(cases >= 100, `${cases} attacks`)
  t.equal(gate.upstream.seen.length, 0)
  t.equal(
    (await gate.send('/private/1', [`Authorization: Bearer ${token}`])).status,
    200,
    'the token they were made of is good',
  )
})

t.test('claims that are wrong in type or time are refused though signed by the issuer', async t => {
  const gate = await startGate(t)
  const cases: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    ['exp in the past', { exp: 1 }, /^token_expired$/],
    ['exp as a string', { exp: '9999999999' }, /^(token_malformed|claim_missing)$/],
    ['exp as a float in the past', { exp: 1.5 }, /^token_expired$/],
    ['exp negative', { exp: -1 }, /^(token_expired|token_malformed)$/],
    ['exp zero', { exp: 0 }, /^(token_expired|token_malformed)$/],
    ['exp null', { exp: null }, /^(token_malformed|claim_missing)$/],
    ['exp as an array', { exp: [9999999999] }, /^(token_malformed|claim_missing)$/],
    ['exp true', { exp: true }, /^(token_malformed|claim_missing)$/],
    ['nbf in the future', { nbf: 99_999_999_999 }, /^token_not_yet_valid$/],
    ['nbf as a string', { nbf: 'never' }, /^(token_malformed|claim_missing)$/],
    ['iat in the future', { iat: 99_999_999_999 }, /^(token_not_yet_valid|token_malformed)$/],
    ['aud of another', { aud: 'https://other.example.com' }, /^audience_mismatch$/],
    ['aud as a prefix', { aud: 'https://api.example.co' }, /^audience_mismatch$/],
    ['aud with a slash more', { aud: 'https://api.example.com/' }, /^audience_mismatch$/],
    ['aud as an object', { aud: { 'https://api.example.com': true } }, /^(audience_mismatch|token_malformed)$/],
    ['aud as an empty array', { aud: [] }, /^audience_mismatch$/],
    ['aud as a number', { aud: 7 }, /^(audience_mismatch|token_malformed)$/],
    ['cnf as a string', { cnf: 'none' }, /^(token_malformed|proof_missing)$/],
    [
      'cnf with an unknown method',
      { cnf: { 'x5t#S512': 'x' } },
      /^(token_malformed|proof_missing|certificate_missing)$/,
    ],
    ['cnf.jkt as a number', { cnf: { jkt: 7 } }, /^(token_malformed|proof_missing)$/],
    ['cnf empty', { cnf: {} }, /^(token_malformed|proof_missing)$/],
    ['bound to a key, sent as Bearer', { cnf: { jkt: 'A'.repeat(43) } }, /^proof_missing$/],
    ['bound to a certificate, none shown', { cnf: { 'x5t#S256': 'A'.repeat(43) } }, /^certificate_missing$/],
    ['scope missing', { scope: null }, /^scope_missing$/],
    ['scope as a substring', { scope: 'reading readers' }, /^scope_missing$/],
    ['scope by comma where spaces separate', { scope: 'read,write' }, /^scope_missing$/],
    ['scope in another case', { scope: 'READ' }, /^scope_missing$/],
    ['scope as an object', { scope: { read: true } }, /^(scope_missing|token_malformed)$/],
    [
      'events of a security event token',
      { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
      /^token_type_mismatch$/,
    ],
  ]
  for (const [name, claims, code] of cases) {
    const token = await gate.token({ claims: claims as never })
    t.match((await gate.send('/private/1', [`Authorization: Bearer ${token}`])).code, code, name)
  }
  for (const typ of [
    'logout+jwt',
    'secevent+jwt',
    'dpop+jwt',
    'token-introspection+jwt',
    'oauth-authz-req+jwt',
    'id+jwt',
    7,
    ['at+jwt'],
    {},
  ]) {
    const token = await gate.token({ header: { typ } as never })
    t.match(
      (await gate.send('/private/1', [`Authorization: Bearer ${token}`])).code,
      /^token_(type_mismatch|malformed)$/,
      `typ ${JSON.stringify(typ)}`,
    )
  }
  t.equal(gate.upstream.seen.length, 0)
})

t.test('spellings that are good stay good: a gate that refuses everything fails here', async t => {
  const gate = await startGate(t)
  const now = Math.floor(Date.now() / 1000)
  const good: readonly (readonly [string, object])[] = [
    ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'].map(
      alg => [alg, { alg }] as const,
    ),
    ...['at+jwt', 'application/at+jwt', 'JWT', 'AT+JWT', 'jwt'].map(
      typ => [`typ ${typ}`, { header: { typ } }] as const,
    ),
    ['no typ', { header: { typ: null } }],
    ['aud as an array', { claims: { aud: ['https://other.example.com', 'https://api.example.com'] } }],
    ['scope as an array', { claims: { scope: ['read'] } }],
    ['scp in place of scope', { claims: { scope: null, scp: ['read'] } }],
    ['more scopes', { scope: 'write read admin' }],
    ['exp as a float', { claims: { exp: now + 60.5 } }],
    ['exp in the year 9999', { claims: { exp: 253_402_300_799 } }],
    ['nbf just now', { claims: { nbf: now } }],
    ['no iat', { claims: { iat: null } }],
    ['no jti', { claims: { jti: null } }],
    ['no sub', { claims: { sub: null } }],
    ['azp in place of client_id', { claims: { client_id: null, azp: 'web' } }],
    ['claims of every type', { claims: { a: null, b: [1, 'x', {}], c: { d: true }, 'https://x/y': 1 } }],
    ['a name outside ASCII', { claims: { name: 'Özdemir 日本' } }],
    ['a subject with spaces', { sub: 'auth0|7 and more' }],
    ['opaque', { format: 'opaque' }],
    ['opaque with more scopes', { format: 'opaque', scope: 'read write' }],
  ]
  for (const [name, request] of good) {
    const answer = await gate.send('/private/1', [`Authorization: Bearer ${await gate.token(request as never)}`])
    t.equal(answer.status, 200, `${name}: ${answer.code}`)
  }
  for (const scheme of ['bearer', 'BEARER', 'Bearer']) {
    t.equal((await gate.send('/private/1', [`Authorization: ${scheme} ${await gate.token()}`])).status, 200, scheme)
  }
  t.equal(gate.upstream.seen.length, good.length + 3)
})
