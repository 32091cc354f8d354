import { type Defect, dropClaim, invalidToken, JWTS, REJECT, setClaim, timeOf } from './row.ts'

const HOUR = 3600

const expired = invalidToken('token_expired')
const early = invalidToken('token_not_yet_valid')
const missing = invalidToken('claim_missing')
const malformed = invalidToken('token_malformed')

/** What is wrong in the claims of a token that is well signed. */
export const CLAIM_DEFECTS: readonly Defect[] = [
  {
    name: 'expired',
    say: 'The token expired an hour ago.',
    answers: expired,
    client: REJECT,
    section: 'RFC 7519 section 4.1.4',
    kinds: ['access', 'id', 'logout', 'refresh'],
    opaque: true,
    bend: (draft, tenant) => {
      const now = tenant.clock.now()
      Object.assign(draft.claims, { iat: now - 2 * HOUR, exp: now - HOUR })
      if ('auth_time' in draft.claims) draft.claims.auth_time = now - 2 * HOUR
    },
  },
  {
    name: 'not_yet_valid',
    say: 'nbf is an hour ahead.',
    answers: early,
    client: REJECT,
    section: 'RFC 7519 section 4.1.5',
    kinds: JWTS,
    opaque: true,
    bend: (draft, tenant) => {
      const now = tenant.clock.now()
      Object.assign(draft.claims, { nbf: now + HOUR, exp: Math.max(timeOf(draft, 'exp', tenant), now + 2 * HOUR) })
    },
  },
  {
    name: 'issued_in_future',
    say: 'iat is an hour ahead.',
    answers: early,
    client: REJECT,
    section: 'RFC 7519 section 4.1.6',
    kinds: JWTS,
    bend: (draft, tenant) => {
      const now = tenant.clock.now()
      Object.assign(draft.claims, { iat: now + HOUR, exp: Math.max(timeOf(draft, 'exp', tenant), now + 2 * HOUR) })
    },
  },
  {
    name: 'missing_exp',
    say: 'There is no exp: the token would be good for ever.',
    answers: missing,
    client: REJECT,
    section: 'RFC 9068 section 2.2, OpenID Connect Core section 2',
    kinds: JWTS,
    bend: dropClaim('exp'),
  },
  {
    name: 'exp_text',
    say: 'exp is a text and not a number.',
    answers: malformed,
    client: REJECT,
    section: 'RFC 7519 section 2, NumericDate',
    kinds: JWTS,
    bend: (draft, tenant) => setClaim('exp', String(timeOf(draft, 'exp', tenant)))(draft),
  },
  {
    name: 'exp_milliseconds',
    say: 'The times are in milliseconds, so that exp is tens of thousands of years ahead and iat with it.',
    answers: early,
    client: REJECT,
    section: 'RFC 7519 section 2, NumericDate',
    kinds: JWTS,
    bend: (draft, tenant) => {
      const [iat, exp] = [timeOf(draft, 'iat', tenant) * 1000, timeOf(draft, 'exp', tenant) * 1000]
      Object.assign(draft.claims, { iat, nbf: iat, exp })
    },
  },
  {
    name: 'wrong_issuer',
    say: 'iss is another authority, though the key is the right one.',
    answers: invalidToken('issuer_unknown'),
    client: REJECT,
    section: 'RFC 9068 section 4, OpenID Connect Core section 3.1.3.7',
    kinds: JWTS,
    bend: setClaim('iss', 'https://attacker.example'),
  },
  {
    name: 'issuer_with_slash',
    say: 'iss has a slash too many or too few at its end.',
    answers: invalidToken('issuer_unknown'),
    client: REJECT,
    section: 'OpenID Connect Discovery section 4.3, RFC 8414 section 3.3',
    kinds: JWTS,
    bend: (draft, { issuer }) => setClaim('iss', issuer.endsWith('/') ? issuer.slice(0, -1) : `${issuer}/`)(draft),
  },
  {
    name: 'missing_iss',
    say: 'There is no iss.',
    answers: invalidToken('issuer_unknown'),
    client: REJECT,
    section: 'RFC 9068 section 2.2, OpenID Connect Core section 2',
    kinds: JWTS,
    bend: dropClaim('iss'),
  },
  {
    name: 'wrong_audience',
    say: 'aud names somebody else.',
    answers: invalidToken('audience_mismatch'),
    client: REJECT,
    section: 'RFC 9068 section 4, OpenID Connect Core section 3.1.3.7',
    kinds: JWTS,
    opaque: true,
    bend: setClaim('aud', 'https://somebody-else.example'),
  },
  {
    name: 'missing_aud',
    say: 'There is no aud.',
    answers: invalidToken('audience_mismatch'),
    client: REJECT,
    section: 'RFC 9068 section 2.2, OpenID Connect Core section 2',
    kinds: JWTS,
    opaque: true,
    bend: dropClaim('aud'),
  },
  {
    name: 'empty_aud',
    say: 'aud is an empty list.',
    answers: invalidToken('audience_mismatch'),
    client: REJECT,
    section: 'RFC 7519 section 4.1.3',
    kinds: JWTS,
    bend: setClaim('aud', []),
  },
  {
    name: 'audience_prefix',
    say: 'aud begins like the right one and goes on: an audience is compared whole.',
    answers: invalidToken('audience_mismatch'),
    client: REJECT,
    section: 'RFC 7519 section 4.1.3',
    kinds: JWTS,
    bend: draft => {
      const [first] = [draft.claims.aud].flat()
      draft.claims.aud = `${String(first)}.attacker.example`
    },
  },
]
