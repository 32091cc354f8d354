import type { Claims } from '@gatehouse/protocol'
import t from 'tap'
import type { Outcome } from '../../src/outcome.ts'
import { ProofJudge } from '../../src/proof/dpop.ts'
import { type Presentation, verifyPossession } from '../../src/proof/possession.ts'
import { answerFacts, jwtFacts, playPorts } from '../configs.ts'

// RFC 8705 appendix A.
const CERTIFICATE = Buffer.from(
  'MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAxODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsGA1UEAwwEbXRsczBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ/Au08/coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwIDSQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOVbUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=',
  'base64',
)
const THUMBPRINT = 'A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0'

// RFC 9449 section 7.1.
const TOKEN = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'
const PROOF =
  'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA'
const JKT = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'

function makeJudge(): ProofJudge {
  const { ports, clock } = playPorts(() => new Response())
  clock.now = 1_562_262_618
  return new ProofJudge(ports, 'https://resource.example.org')
}

function present(
  scheme: Presentation['scheme'],
  rawHeaders: readonly string[] = [],
  certificate?: Uint8Array,
): Presentation {
  const inbound = { method: 'GET', target: '/protectedresource?x=1', rawHeaders, certificate: () => certificate }
  return { scheme, token: TOKEN, inbound }
}

async function answerOf(cnf: Claims['cnf'], presentation: Presentation) {
  const claims = cnf === undefined ? {} : { cnf }
  const answers: (string | boolean)[] = []
  for (const facts of [jwtFacts(claims), answerFacts(claims)]) {
    const outcome: Outcome<boolean> = await verifyPossession(facts, presentation, makeJudge())
    answers.push(outcome.ok ? outcome.value : outcome.rejection.code)
  }
  t.equal(answers[0], answers[1], 'JWT and opaque tokens alike')
  return answers[0]
}

t.test('a token that is bound to nothing is a bearer token, at no cost', async t => {
  t.same(verifyPossession(jwtFacts(), present('bearer'), undefined), { ok: true, value: false })
  t.equal(await answerOf(undefined, present('dpop', ['dpop', PROOF])), 'token_type_mismatch')
})

t.test('a DPoP token needs the scheme and exactly one proof, whatever the letters of the header', async t => {
  const cnf = { jkt: JKT, other: 'ignored' }
  t.equal(await answerOf(cnf, present('dpop', ['DPoP', PROOF])), true)
  t.equal(await answerOf(cnf, present('bearer', ['DPoP', PROOF])), 'proof_missing')
  t.equal(await answerOf(cnf, present('dpop')), 'proof_missing')
  t.equal(await answerOf(cnf, present('dpop', ['DPoP', PROOF, 'dpop', PROOF])), 'proof_invalid')
  t.equal(await answerOf(cnf, present('dpop', ['DPoP', 'x'])), 'proof_invalid')
  t.equal(await answerOf({ jkt: 'a'.repeat(43) }, present('dpop', ['DPoP', PROOF])), 'proof_invalid')
})

t.test('without a public URL no proof is accepted', async t => {
  const outcome = verifyPossession(jwtFacts({ cnf: { jkt: JKT } }), present('dpop', ['DPoP', PROOF]), undefined)
  t.match(outcome, { ok: false, rejection: { code: 'proof_invalid' } })
})

t.test('the certificate of RFC 8705 has the thumbprint of RFC 8705', async t => {
  const cnf = { 'x5t#S256': THUMBPRINT }
  t.equal(await answerOf(cnf, present('bearer', [], CERTIFICATE)), true)
  t.equal(await answerOf(cnf, present('bearer', [], CERTIFICATE.subarray(1))), 'certificate_mismatch')
  t.equal(await answerOf(cnf, present('bearer')), 'certificate_missing')
  t.equal(await answerOf(cnf, present('bearer', [], new Uint8Array())), 'certificate_missing')
  t.equal(await answerOf(cnf, present('dpop', [], CERTIFICATE)), 'token_type_mismatch')
  const nowhere: Presentation = {
    scheme: 'bearer',
    token: TOKEN,
    inbound: { method: 'GET', target: '/', rawHeaders: [] },
  }
  t.equal(await answerOf(cnf, nowhere), 'certificate_missing')
})

t.test('a token bound to both must prove both', async t => {
  const cnf = { jkt: JKT, 'x5t#S256': THUMBPRINT }
  t.equal(await answerOf(cnf, present('dpop', ['DPoP', PROOF], CERTIFICATE)), true)
  t.equal(await answerOf(cnf, present('dpop', ['DPoP', PROOF])), 'certificate_missing')
  t.equal(await answerOf(cnf, present('bearer', [], CERTIFICATE)), 'proof_missing')
})

t.test('a binding of a kind that nobody here knows can not be proved', async t => {
  t.equal(await answerOf({ kid: 'k' }, present('bearer', [], CERTIFICATE)), 'proof_missing')
  t.equal(await answerOf({}, present('bearer')), 'proof_missing')
  t.equal(await answerOf({ jwk: {} }, present('dpop', ['DPoP', PROOF])), 'token_type_mismatch')
})
