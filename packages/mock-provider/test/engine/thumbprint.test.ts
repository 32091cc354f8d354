import type { JsonObject } from '@gatehouse/protocol'
import t from 'tap'
import { thumbprint } from '../../src/engine/dpop.ts'
import { createMockProvider } from '../../src/provider.ts'

const RFC_9449 = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'

const VECTORS: readonly (readonly [source: string, thumbprint: string, jwk: JsonObject])[] = [
  [
    'RFC 7638 section 3.1',
    'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    {
      kty: 'RSA',
      n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
      e: 'AQAB',
      alg: 'RS256',
      kid: '2011-04-29',
    },
  ],
  [
    'RFC 8037 appendix A.3',
    'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
    { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
  ],
]

for (const [source, expected, jwk] of VECTORS) {
  t.test(`the key of ${source} has the thumbprint of ${source}`, async t => {
    t.equal(thumbprint(jwk), expected)
    t.not(thumbprint({ ...jwk, [jwk.kty === 'RSA' ? 'e' : 'x']: 'AQAC' }), expected)
  })
}

t.test('the proof of RFC 9449 section 4.1, figure 2, binds a token to the key of section 6.1', async t => {
  const provider = createMockProvider({ issuer: 'https://server.example.com' })
  provider.clock.set(1_562_262_616)
  const proof =
    'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg'
  const ask = () =>
    provider.fetch(
      new Request('https://server.example.com/token', {
        method: 'POST',
        headers: { dpop: proof, authorization: `Basic ${Buffer.from('demo:demo-secret').toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      }),
    )
  const { access_token, token_type } = (await (await ask()).json()) as Record<string, string>
  t.equal(token_type, 'DPoP')
  const claims: unknown = JSON.parse(Buffer.from(access_token?.split('.')[1] ?? '', 'base64url').toString())
  t.match(claims, { cnf: { jkt: RFC_9449 } })
  t.match(await (await ask()).json(), { error: 'invalid_dpop_proof', error_description: /used before/ })
})
