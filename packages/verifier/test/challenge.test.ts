import t from 'tap'
import { describeChallenge } from '../src/challenge.ts'
import { type Code, REJECTIONS, type Rejection } from '../src/rejections.ts'

const DETAILS: { readonly [code: string]: object } = {
  scope_missing: { scopes: ['orders:read', 'orders:write'] },
  step_up_required: { acr: ['gold'], maxAge: 600.5 },
  issuer_unavailable: { retryAfter: 1 },
  proof_missing: {},
  proof_invalid: {},
}

const make = (code: Code, detail: object | undefined = DETAILS[code]): Rejection =>
  ({ code, ...(detail === undefined ? {} : { detail }) }) as Rejection

t.test('every refusal has the challenge that its row of the table says', async t => {
  for (const code of Object.keys(REJECTIONS) as Code[]) {
    const { status, error, say } = REJECTIONS[code]
    const challenge = describeChallenge(make(code))
    if (status === 503) t.equal(challenge, undefined, code)
    else if (error === null) t.equal(challenge, 'Bearer realm="gatehouse"', code)
    else t.ok(challenge?.startsWith(`Bearer error="${error}", error_description="${say}"`), `${code}: ${challenge}`)
  }
})

t.test('the sentences need no escaping (RFC 6750 section 3)', async t => {
  for (const { say } of Object.values(REJECTIONS)) t.match(say, /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
})

t.test('insufficient_scope names the scopes to ask for', async t => {
  t.equal(
    describeChallenge(make('scope_missing')),
    'Bearer error="insufficient_scope", error_description="The access token lacks a required scope", scope="orders:read orders:write"',
  )
  t.notMatch(describeChallenge(make('client_denied')), /scope="/)
})

t.test('without a credential there is no error, but what to ask for and where', async t => {
  t.equal(
    describeChallenge(make('credential_missing'), {
      scopes: ['a', 'b'],
      resourceMetadata: 'https://api.example.com/m',
    }),
    'Bearer scope="a b", resource_metadata="https://api.example.com/m"',
  )
  t.equal(describeChallenge(make('credential_missing'), { scopes: [] }), 'Bearer realm="gatehouse"')
})

t.test('every challenge points to the metadata of the resource where there is some', async t => {
  const resourceMetadata = 'https://api.example.com/.well-known/oauth-protected-resource/orders'
  for (const code of Object.keys(REJECTIONS) as Code[]) {
    if (REJECTIONS[code].status === 503) continue
    t.match(describeChallenge(make(code), { resourceMetadata }), `resource_metadata="${resourceMetadata}"`)
  }
})

t.test('step-up says which classes and how recent, in whole seconds (RFC 9470 section 3)', async t => {
  const say =
    'error="insufficient_user_authentication", error_description="A stronger or more recent authentication is required"'
  t.equal(describeChallenge(make('step_up_required')), `Bearer ${say}, acr_values="gold", max_age="600"`)
  t.equal(describeChallenge(make('step_up_required', { acr: ['a', 'b'] })), `Bearer ${say}, acr_values="a b"`)
  t.equal(describeChallenge(make('step_up_required', { acr: [], maxAge: 0 })), `Bearer ${say}, max_age="0"`)
})

t.test('a DPoP challenge names the algorithms, and a wish for a nonce has its own error (RFC 9449)', async t => {
  const context = { scheme: 'DPoP', algorithms: ['ES256', 'EdDSA'] } as const
  t.equal(
    describeChallenge(make('proof_invalid'), context),
    'DPoP error="invalid_dpop_proof", error_description="The proof of possession is invalid", algs="ES256 EdDSA"',
  )
  t.match(describeChallenge(make('proof_invalid', { wantsNonce: true }), context), /^DPoP error="use_dpop_nonce"/)
  t.equal(describeChallenge(make('credential_missing'), context), 'DPoP algs="ES256 EdDSA"')
  t.notMatch(describeChallenge(make('token_expired'), { algorithms: ['ES256'] }), /algs/)
})

t.test('what is configured can not break out of its quotes', async t => {
  const rejection = make('scope_missing', { scopes: ['a"b\\c', 'd\r\nx: y'] })
  t.match(describeChallenge(rejection), 'scope="a\\"b\\\\c dx: y"')
})
