import type { PublicJwk } from '@gatehouse/protocol'
import t from 'tap'
import { thumbprintOf } from '../../src/proof/thumbprint.ts'

interface Vector {
  readonly source: string
  readonly jwk: PublicJwk
  readonly thumbprint: string
}

const VECTORS: readonly Vector[] = [
  {
    source: 'RFC 7638 section 3.1',
    jwk: {
      kty: 'RSA',
      n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
      e: 'AQAB',
      alg: 'RS256',
      kid: '2011-04-29',
    },
    thumbprint: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
  },
  {
    source: 'RFC 8037 appendix A.3',
    jwk: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
    thumbprint: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
  },
  {
    source: 'RFC 9449 section 6.1',
    jwk: {
      kty: 'EC',
      x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
      y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
      crv: 'P-256',
    },
    thumbprint: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
  },
]

for (const { source, jwk, thumbprint } of VECTORS) {
  t.test(`the key of ${source} has the thumbprint of ${source}`, async t => {
    t.equal(thumbprintOf(jwk), thumbprint)
  })

  t.test(
    `the key of ${source} keeps it in any order and beside any member, and loses it with any that counts`,
    async t => {
      const reversed = Object.fromEntries(Object.entries(jwk).reverse()) as PublicJwk
      t.equal(thumbprintOf(reversed), thumbprint)
      t.equal(thumbprintOf({ ...jwk, kid: 'another', use: 'sig', key_ops: ['verify'], d: 'AQAB' }), thumbprint)
      const counting = ['crv', 'e', 'n', 'x', 'y'].filter(member => Object.hasOwn(jwk, member))
      for (const member of counting) t.not(thumbprintOf({ ...jwk, [member]: 'AQAC' }), thumbprint, member)
    },
  )
}
