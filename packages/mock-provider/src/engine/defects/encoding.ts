import { addMember, type Defect, invalidToken, JWTS, REJECT, rewrite, setClaim } from './row.ts'

const malformed = invalidToken('token_malformed')
const JSON_SECTION = 'RFC 7515 section 5.2, RFC 8259'
const LENIENT =
  'libraries decode base64url and JSON leniently; the signature is good and the claims are the signed ones'

/** Tokens whose bytes are not what a JWS is made of. */
export const ENCODING_DEFECTS: readonly Defect[] = [
  {
    name: 'duplicate_header_member',
    say: 'The header has alg twice, first as none.',
    answers: malformed,
    client: REJECT,
    allowed: 'RFC 7515 lets a parser take the last of them, and JSON.parse does',
    section: 'RFC 7515 section 4',
    kinds: JWTS,
    bend: rewrite({ header: addMember('"alg":"none"') }),
  },
  {
    name: 'duplicate_claim',
    say: 'The claims have sub twice, so that two receivers may see two users.',
    answers: malformed,
    client: REJECT,
    allowed: 'RFC 7519 lets a parser take the last of them, and JSON.parse does',
    section: 'RFC 7519 section 4',
    kinds: JWTS,
    bend: rewrite({ claims: addMember('"sub":"mallory"') }),
  },
  {
    name: 'duplicate_claim_escaped',
    say: 'The claims have sub twice, once with an escaped letter.',
    answers: malformed,
    client: REJECT,
    allowed: 'RFC 7519 lets a parser take the last of them, and JSON.parse does',
    section: 'RFC 7519 section 4, RFC 8259 section 8.3',
    kinds: JWTS,
    bend: rewrite({ claims: addMember('"\\u0073ub":"mallory"') }),
  },
  {
    name: 'claims_invalid_utf8',
    say: 'A claim has a byte that is no UTF-8.',
    answers: malformed,
    client: REJECT,
    allowed: LENIENT,
    section: 'RFC 7519 section 7.2 point 10, RFC 8259 section 8.1',
    kinds: JWTS,
    bend: rewrite({
      claims: text => Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff]), Buffer.from(`",${text.slice(1)}`)]),
    }),
  },
  {
    name: 'claims_with_bom',
    say: 'The claims begin with a byte order mark.',
    answers: malformed,
    client: REJECT,
    allowed: 'RFC 8259 lets a parser ignore it',
    section: 'RFC 8259 section 8.1',
    kinds: JWTS,
    bend: rewrite({ claims: text => `\uFEFF${text}` }),
  },
  {
    name: 'claims_list',
    say: 'The claims are a list with the object in it.',
    answers: malformed,
    client: REJECT,
    section: 'RFC 7519 section 7.2 point 10',
    kinds: JWTS,
    bend: rewrite({ claims: text => `[${text}]` }),
  },
  {
    name: 'claims_null',
    say: 'The claims are null.',
    answers: malformed,
    client: REJECT,
    section: 'RFC 7519 section 7.2 point 10',
    kinds: JWTS,
    bend: rewrite({ claims: () => 'null' }),
  },
  {
    name: 'claims_empty',
    say: 'There is nothing between the two dots.',
    answers: malformed,
    client: REJECT,
    section: 'RFC 7519 section 7.2 point 10',
    kinds: JWTS,
    bend: rewrite({ claims: () => '' }),
  },
  {
    name: 'header_not_json',
    say: 'The header is no JSON.',
    answers: malformed,
    client: REJECT,
    section: 'RFC 7515 section 5.2',
    kinds: JWTS,
    bend: rewrite({ header: text => text.slice(0, -1) }),
  },
  {
    name: 'header_list',
    say: 'The header is a list with the object in it.',
    answers: malformed,
    client: REJECT,
    section: 'RFC 7515 section 5.2',
    kinds: JWTS,
    bend: rewrite({ header: text => `[${text}]` }),
  },
  {
    name: 'non_canonical_signature',
    say: 'The last character of the signature has bits set that mean nothing: a second spelling of one token.',
    answers: malformed,
    client: REJECT,
    allowed: LENIENT,
    section: 'RFC 4648 section 3.5',
    kinds: JWTS,
    bend: draft => {
      draft.finish = token => `${token.slice(0, -1)}${spareBit(token.slice(-1))}`
      draft.memory = 'none'
    },
  },
  {
    name: 'padded',
    say: 'The signature is padded with =, as base64 is and base64url in a JWS is not.',
    answers: malformed,
    client: REJECT,
    allowed: LENIENT,
    section: 'RFC 7515 section 2, Base64url Encoding',
    kinds: JWTS,
    bend: draft => {
      draft.finish = token => `${token}==`
      draft.memory = 'none'
    },
  },
  {
    name: 'two_parts',
    say: 'The second dot and the signature are missing.',
    answers: malformed,
    client: REJECT,
    section: 'RFC 7515 section 3.1',
    kinds: JWTS,
    bend: draft => {
      draft.finish = token => token.split('.').slice(0, 2).join('.')
      draft.memory = 'none'
    },
  },
  {
    name: 'four_parts',
    say: 'A fourth part follows the signature.',
    answers: malformed,
    client: REJECT,
    section: 'RFC 7515 section 3.1',
    kinds: JWTS,
    bend: draft => {
      draft.finish = token => `${token}.AA`
      draft.memory = 'none'
    },
  },
  {
    name: 'nested',
    say: 'The claims are another JWT, signed once more around it.',
    answers: malformed,
    client: REJECT,
    section: 'RFC 7519 sections 5.2 and 7.2',
    kinds: JWTS,
    bend: draft => {
      draft.header.cty = 'JWT'
      draft.finish = token => {
        const input = `${token.split('.')[0]}.${Buffer.from(token).toString('base64url')}`
        return `${input}.${draft.sign(Buffer.from(input)).toString('base64url')}`
      }
      draft.memory = 'none'
    },
  },
  {
    name: 'encrypted',
    say: 'A JWE for a key that nobody has stands in place of the signed token.',
    answers: malformed,
    client: REJECT,
    section: 'RFC 7516 section 3.1, RFC 7519 section 7.2',
    kinds: JWTS,
    bend: (draft, { entropy }) => {
      draft.finish = token => {
        const header = { alg: 'dir', enc: 'A128GCM', cty: 'JWT' }
        const content = Buffer.from(token)
        const part = (name: string, bytes: number): string => entropy.bytes(name, bytes).toString('base64url')
        return [
          Buffer.from(JSON.stringify(header)).toString('base64url'),
          '',
          part('defect iv', 12),
          part('defect ciphertext', content.length),
          part('defect tag', 16),
        ].join('.')
      }
      draft.memory = 'none'
    },
  },
  {
    name: 'deep_claims',
    say: 'A claim is nested three thousand levels deep.',
    answers: invalidToken('token_too_large'),
    client: 'may reject the token; must not fall over',
    allowed: 'RFC 8259 section 9 lets a parser limit depth and none of them need to',
    section: 'RFC 8259 section 9',
    kinds: JWTS,
    bend: rewrite({ claims: addMember(`"deep":${'['.repeat(3000)}${']'.repeat(3000)}`) }),
  },
  {
    name: 'huge_claims',
    say: 'A claim has 64 KiB of text.',
    answers: invalidToken('token_too_large'),
    client: 'may reject the token',
    allowed: 'no standard limits the size of a token; servers limit that of a header',
    section: 'RFC 9110 section 5.4',
    kinds: JWTS,
    bend: setClaim('padding', 'x'.repeat(65_536)),
  },
  {
    name: 'prototype_claim',
    say: 'A claim is called __proto__ and brings scopes along for receivers that merge objects.',
    answers: undefined,
    client: 'takes the claim for one like any other',
    allowed: 'a claim may have any name; what matters is that it grants nothing',
    section: `RFC 7519 section 4.3, ${JSON_SECTION}`,
    kinds: JWTS,
    bend: rewrite({ claims: addMember('"__proto__":{"scope":"admin","isAdmin":true}') }),
  },
]

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The next character: the same bits but for the last, which a signature of whole octets has to spare. */
const spareBit = (last: string): string => ALPHABET[ALPHABET.indexOf(last) ^ 1] ?? 'B'
