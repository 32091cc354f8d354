import { createPublicKey } from 'node:crypto'
import type { JsonValue } from '@gatehouse/protocol'
import { integer, sequence } from '../der.ts'
import { hmac } from '../jwt.ts'
import type { SigningKey } from '../keys.ts'
import { type Defect, invalidToken, JWTS, REJECT } from './row.ts'

const algorithm = invalidToken('algorithm_not_allowed')
const signature = invalidToken('signature_invalid')
const malformed = invalidToken('token_malformed')
const CONFUSION = 'RFC 8725 sections 2.1 and 3.1'

/** HS256 with something that everybody can have as the secret. */
const confused = (name: string, say: string, secretOf: (key: SigningKey) => string | Buffer): Defect => ({
  name,
  say,
  answers: algorithm,
  client: REJECT,
  section: CONFUSION,
  kinds: JWTS,
  bend: (draft, { keys }) => {
    const key = keys.signer('RS256')
    if (key === undefined) return
    Object.assign(draft.header, { alg: 'HS256', kid: key.kid })
    draft.sign = input => hmac('HS256', secretOf(key), input)
  },
})

const oddAlg = (name: string, say: string, alg: JsonValue, answers = malformed): Defect => ({
  name,
  say,
  answers,
  client: REJECT,
  section: 'RFC 7515 section 4.1.1, RFC 8725 section 3.1',
  kinds: JWTS,
  bend: draft => {
    draft.header.alg = alg
  },
})

/** ES256 with the tenant's own kid, and a signature made of `write`. */
const ecdsa = (name: string, say: string, section: string, write: (made: Buffer) => Buffer): Defect => ({
  name,
  say,
  answers: signature,
  client: REJECT,
  section,
  kinds: JWTS,
  bend: (draft, { keys }) => {
    const key = keys.signer('ES256')
    if (key === undefined) return
    Object.assign(draft.header, { alg: 'ES256', kid: key.kid })
    draft.sign = input => write(key.sign('ES256', input))
  },
})

/** Signatures that are no signatures, and algorithms that are not what they say. */
export const FORGERIES: readonly Defect[] = [
  oddAlg('alg_null', 'alg is null.', null),
  oddAlg('alg_list', 'alg is a list with the right one in it.', ['RS256']),
  oddAlg('alg_empty', 'alg is an empty text.', '', algorithm),
  oddAlg('alg_lower_case', 'alg is rs256: algorithms are compared character by character.', 'rs256', algorithm),
  oddAlg('alg_unknown', 'alg is one that there is not.', 'RS1', algorithm),
  {
    name: 'alg_none_signed',
    say: 'alg is "none", and there is a good signature all the same.',
    answers: algorithm,
    client: REJECT,
    section: 'RFC 8725 section 3.2, RFC 7518 section 3.6',
    kinds: JWTS,
    bend: draft => {
      draft.header.alg = 'none'
    },
  },
  {
    name: 'alg_of_another_key',
    say: 'The key is one for RS256 by its JWK, and signs RS512.',
    answers: invalidToken('key_unknown'),
    client: REJECT,
    section: 'RFC 7517 section 4.4, RFC 8725 section 3.1',
    kinds: JWTS,
    bend: (draft, { keys }) => {
      const key = keys.signer('RS256')
      if (key === undefined) return
      Object.assign(draft.header, { alg: 'RS512', kid: key.kid })
      draft.sign = input => key.sign('RS512', input)
    },
  },
  confused('hs256_public_der', 'alg is HS256 and the secret is the RSA public key as DER.', key =>
    createPublicKey(key.publicPem()).export({ format: 'der', type: 'spki' }),
  ),
  confused('hs256_public_jwk', 'alg is HS256 and the secret is the RSA public key as the JWKS shows it.', key =>
    JSON.stringify(key.jwk),
  ),
  confused('hs256_modulus', "alg is HS256 and the secret is the modulus of the RSA key, the JWK's n.", ({ jwk }) =>
    'n' in jwk && typeof jwk.n === 'string' ? jwk.n : '',
  ),
  confused('hs256_empty_secret', 'alg is HS256 and the secret is empty.', () => ''),
  {
    name: 'hs256_client_secret',
    say: 'alg is HS256 and the secret is that of the client, which so can make tokens itself.',
    answers: algorithm,
    client: 'rejects the token, unless the client registered HS256 for it',
    section: `${CONFUSION}, OpenID Connect Core section 10.1`,
    kinds: JWTS,
    bend: (draft, { clients }) => {
      const { client_id, aud } = draft.claims
      const secret = [client_id, aud].flatMap(id => (typeof id === 'string' ? [clients.get(id)?.secret] : []))
      delete draft.header.kid
      draft.header.alg = 'HS256'
      draft.sign = input => hmac('HS256', secret.find(found => found !== undefined) ?? 'demo-secret', input)
    },
  },
  ecdsa('ecdsa_der', 'The ECDSA signature is DER and not two numbers side by side.', 'RFC 7518 section 3.4', made =>
    sequence(integer(positive(made.subarray(0, 32))), integer(positive(made.subarray(32)))),
  ),
  ecdsa(
    'ecdsa_zero',
    'The ECDSA signature is all zeros, which careless arithmetic takes for any message.',
    'RFC 7518 section 3.4, FIPS 186-5 section 6.4.2',
    made => Buffer.alloc(made.length),
  ),
  ecdsa('ecdsa_long', 'The ECDSA signature has a zero octet in front of each number.', 'RFC 7518 section 3.4', made =>
    Buffer.concat([Buffer.alloc(1), made.subarray(0, 32), Buffer.alloc(1), made.subarray(32)]),
  ),
  {
    name: 'rsa_zero',
    say: 'The RSA signature is all zeros.',
    answers: signature,
    client: REJECT,
    section: 'RFC 8017 section 8.2.2',
    kinds: JWTS,
    bend: draft => {
      const { sign } = draft
      draft.sign = input => Buffer.alloc(sign(input).length)
    },
  },
  {
    name: 'signature_short',
    say: 'The last octet of the signature is missing.',
    answers: signature,
    client: REJECT,
    section: 'RFC 8017 section 8.2.2, RFC 7518 section 3.4',
    kinds: JWTS,
    bend: draft => {
      const { sign } = draft
      draft.sign = input => sign(input).subarray(0, -1)
    },
  },
  {
    name: 'signature_long',
    say: 'An octet follows the signature.',
    answers: signature,
    client: REJECT,
    section: 'RFC 8017 section 8.2.2, RFC 7518 section 3.4',
    kinds: JWTS,
    bend: draft => {
      const { sign } = draft
      draft.sign = input => Buffer.concat([sign(input), Buffer.alloc(1)])
    },
  },
]

/** As DER writes a number that is not negative: no more zeros in front than its sign needs. */
function positive(number: Buffer): Buffer {
  let start = 0
  while (start < number.length - 1 && number[start] === 0) start++
  const rest = number.subarray(start)
  return (rest[0] ?? 0) < 0x80 ? rest : Buffer.concat([Buffer.alloc(1), rest])
}
