import { hmac } from '../jwt.ts'
import { type Defect, invalidToken, JWTS, REJECT, setHeader } from './row.ts'
import { pointAway, strangerSignature } from './stranger.ts'

const algorithm = invalidToken('algorithm_not_allowed')
const signature = invalidToken('signature_invalid')
const key = invalidToken('key_unknown')

/** What is wrong with the signature, or with what the header says of it. */
export const SIGNATURE_DEFECTS: readonly Defect[] = [
  ...['none', 'None', 'nOnE'].map(
    (alg): Defect => ({
      name: alg === 'none' ? 'alg_none' : alg === 'None' ? 'alg_none_capital' : 'alg_none_mixed',
      say: `alg is "${alg}" and the signature is empty.`,
      answers: algorithm,
      client: REJECT,
      section: 'RFC 8725 section 3.2, RFC 7518 section 3.6',
      kinds: JWTS,
      bend: draft => {
        draft.header.alg = alg
        delete draft.header.kid
        draft.sign = () => Buffer.alloc(0)
      },
    }),
  ),
  {
    name: 'empty_signature',
    say: 'alg is a real one and the signature is empty.',
    answers: signature,
    client: REJECT,
    section: 'RFC 7515 section 5.2',
    kinds: JWTS,
    bend: draft => {
      draft.sign = () => Buffer.alloc(0)
    },
  },
  {
    name: 'tampered_signature',
    say: 'One bit of the signature is flipped.',
    answers: signature,
    client: REJECT,
    section: 'RFC 7515 section 5.2',
    kinds: JWTS,
    bend: draft => {
      const { sign } = draft
      draft.sign = input => {
        const made = Buffer.from(sign(input))
        made.writeUInt8(made.readUInt8(made.length >> 1) ^ 1, made.length >> 1)
        return made
      }
    },
  },
  {
    name: 'tampered_payload',
    say: 'The subject was changed after the token was signed.',
    answers: signature,
    client: REJECT,
    section: 'RFC 7515 section 5.2',
    kinds: JWTS,
    bend: draft => {
      draft.finish = token => {
        const [header = '', , made = ''] = token.split('.')
        const claims = Buffer.from(JSON.stringify({ ...draft.claims, sub: 'mallory' })).toString('base64url')
        return `${header}.${claims}.${made}`
      }
    },
  },
  {
    name: 'wrong_key',
    say: "The token is signed with a stranger's key under the kid of the right one.",
    answers: signature,
    client: REJECT,
    section: 'RFC 7515 section 5.2, RFC 8725 section 3.8',
    kinds: JWTS,
    bend: (draft, tenant) => {
      draft.sign = strangerSignature(draft.header.alg, tenant)
    },
  },
  {
    name: 'unknown_kid',
    say: "The token is signed with a stranger's key under a kid that is in no JWKS.",
    answers: key,
    client: REJECT,
    section: 'RFC 7515 section 4.1.4',
    kinds: JWTS,
    bend: (draft, tenant) => {
      draft.header.kid = `unknown-${tenant.entropy.text('unknown kid', 6)}`
      draft.sign = strangerSignature(draft.header.alg, tenant)
    },
  },
  {
    name: 'missing_kid',
    say: 'There is no kid, while the JWKS has several keys; the signature is good.',
    answers: undefined,
    client: 'may try every key that fits, or reject the token',
    allowed: 'kid is a hint; the signature is good under one of the keys',
    section: 'RFC 7515 section 4.1.4, OpenID Connect Core section 10.1',
    kinds: JWTS,
    bend: draft => {
      delete draft.header.kid
    },
  },
  {
    name: 'kid_path',
    say: "The kid is a path, for receivers that put it in a URL or a file name; the key is a stranger's.",
    answers: key,
    client: REJECT,
    section: 'RFC 8725 section 3.10',
    kinds: JWTS,
    bend: (draft, tenant) => {
      draft.header.kid = '../../../../../../dev/null'
      draft.sign = strangerSignature(draft.header.alg, tenant)
    },
  },
  {
    name: 'embedded_jwk',
    say: "The header brings the key along (jwk), a stranger's.",
    answers: key,
    client: REJECT,
    section: 'RFC 7515 section 4.1.3, RFC 8725 section 3.8',
    kinds: JWTS,
    bend: (draft, tenant) => {
      const { jwk, sign } = tenant.keys.stranger('ES256')
      delete draft.header.kid
      Object.assign(draft.header, { alg: 'ES256', jwk, kid: jwk.kid ?? null })
      draft.sign = input => sign('ES256', input)
    },
  },
  {
    name: 'foreign_jku',
    say: "The header says where to fetch the keys (jku), at a stranger's address.",
    answers: key,
    client: REJECT,
    section: 'RFC 7515 section 4.1.2, RFC 8725 section 3.10',
    kinds: JWTS,
    bend: pointAway({ jku: 'https://attacker.example/jwks' }),
  },
  {
    name: 'hs256_public_key',
    say: 'alg is HS256 and the secret is the RSA public key, PEM as everybody can have it.',
    answers: algorithm,
    client: REJECT,
    section: 'RFC 8725 section 2.1',
    kinds: JWTS,
    bend: (draft, tenant) => {
      const signer = tenant.keys.signer('RS256')
      const secret = signer?.publicPem() ?? ''
      Object.assign(draft.header, { alg: 'HS256', kid: signer?.kid ?? null })
      draft.sign = input => hmac('HS256', secret, input)
    },
  },
  {
    name: 'alg_missing',
    say: 'There is no alg.',
    answers: invalidToken('token_malformed'),
    client: REJECT,
    section: 'RFC 7515 section 4.1.1',
    kinds: JWTS,
    bend: draft => {
      delete draft.header.alg
    },
  },
  {
    name: 'crit_unknown',
    say: 'crit names an extension that nobody knows.',
    answers: invalidToken('token_malformed'),
    client: REJECT,
    section: 'RFC 7515 section 4.1.11',
    kinds: JWTS,
    bend: draft => {
      Object.assign(draft.header, { crit: ['urn:example:unknown'], 'urn:example:unknown': true })
    },
  },
  {
    name: 'crit_b64',
    say: 'The payload is said not to be base64url-encoded (b64 false), which no JWT may be.',
    answers: invalidToken('token_malformed'),
    client: REJECT,
    section: 'RFC 7797 section 7',
    kinds: JWTS,
    bend: draft => {
      Object.assign(draft.header, { crit: ['b64'], b64: false })
    },
  },
  {
    name: 'type_foreign',
    say: 'typ is one that is neither an access token nor anything this receiver takes.',
    answers: invalidToken('token_type_mismatch'),
    section: 'RFC 8725 section 3.11, RFC 9068 section 4',
    kinds: ['access'],
    bend: setHeader('typ', 'secevent+jwt'),
  },
]
