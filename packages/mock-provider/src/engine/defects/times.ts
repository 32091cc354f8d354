import { addMember, type Defect, dropClaim, invalidToken, JWTS, REJECT, rewrite, setClaim, timeOf } from './row.ts'

const HOUR = 3600
const WEEK = 7 * 86_400

const malformed = invalidToken('token_malformed')
const expired = invalidToken('token_expired')
const missing = invalidToken('claim_missing')
const NUMERIC = 'RFC 7519 section 2, NumericDate'

/** Times that are none, or that are further away than an honest clock can be. */
export const TIME_DEFECTS: readonly Defect[] = [
  {
    name: 'exp_zero',
    say: 'exp is 0, which some systems read as never.',
    answers: expired,
    client: REJECT,
    section: 'RFC 7519 section 4.1.4',
    kinds: JWTS,
    bend: setClaim('exp', 0),
  },
  {
    name: 'exp_negative',
    say: 'exp is before 1970.',
    answers: expired,
    client: REJECT,
    section: 'RFC 7519 section 4.1.4',
    kinds: JWTS,
    bend: setClaim('exp', -1),
  },
  {
    name: 'exp_null',
    say: 'exp is null.',
    answers: missing,
    client: REJECT,
    section: NUMERIC,
    kinds: JWTS,
    bend: setClaim('exp', null),
  },
  {
    name: 'exp_list',
    say: 'exp is a list with the right number in it.',
    answers: malformed,
    client: REJECT,
    section: NUMERIC,
    kinds: JWTS,
    bend: (draft, tenant) => setClaim('exp', [timeOf(draft, 'exp', tenant)])(draft),
  },
  {
    name: 'exp_infinite',
    say: 'exp is 1e999, which JSON parsers read as infinity: the token would be good for ever.',
    answers: malformed,
    client: REJECT,
    section: 'RFC 8259 section 6, RFC 7519 section 4.1.4',
    kinds: JWTS,
    bend: draft => {
      delete draft.claims.exp
      rewrite({ claims: addMember('"exp":1e999') })(draft)
    },
  },
  {
    name: 'exp_huge',
    say: 'exp is the largest safe integer: the token outlives everybody.',
    answers: undefined,
    allowed: 'RFC 7519 sets no limit; a receiver with a longest lifetime of its own refuses it',
    section: 'RFC 7519 section 4.1.4, RFC 9700 section 2.2.1',
    kinds: JWTS,
    bend: setClaim('exp', Number.MAX_SAFE_INTEGER),
  },
  {
    name: 'exp_fraction',
    say: 'exp has a fraction of a second.',
    answers: undefined,
    allowed: 'a NumericDate may have a fraction; who refuses it is wrong',
    section: NUMERIC,
    kinds: JWTS,
    bend: (draft, tenant) => setClaim('exp', timeOf(draft, 'exp', tenant) + 0.5)(draft),
  },
  {
    name: 'nbf_text',
    say: 'nbf is a text and not a number.',
    answers: malformed,
    client: REJECT,
    section: NUMERIC,
    kinds: JWTS,
    bend: (draft, tenant) => setClaim('nbf', String(tenant.clock.now()))(draft),
  },
  {
    name: 'iat_text',
    say: 'iat is a text and not a number.',
    answers: malformed,
    client: REJECT,
    section: NUMERIC,
    kinds: JWTS,
    bend: (draft, tenant) => setClaim('iat', String(tenant.clock.now()))(draft),
  },
  {
    name: 'missing_iat',
    say: 'There is no iat.',
    answers: missing,
    client: REJECT,
    strict: true,
    section: 'RFC 9068 section 2.2, OpenID Connect Core section 2, Back-Channel Logout section 2.4',
    kinds: JWTS,
    bend: dropClaim('iat'),
  },
  {
    name: 'iat_week_old',
    say: 'The token was issued a week ago and is still valid.',
    answers: undefined,
    client: 'may reject an ID token that was issued too long ago',
    allowed: 'iat lets a receiver refuse what is too old for its taste; no standard says what that is',
    section: 'OpenID Connect Core section 3.1.3.7 point 10',
    kinds: JWTS,
    bend: (draft, tenant) => setClaim('iat', tenant.clock.now() - WEEK)(draft),
  },
  {
    name: 'auth_time_old',
    say: 'auth_time is a day ago, whatever max_age asked for.',
    answers: undefined,
    client: 'rejects the token where it sent max_age',
    section: 'OpenID Connect Core section 3.1.3.7 point 13',
    kinds: ['id'],
    bend: (draft, tenant) => setClaim('auth_time', tenant.clock.now() - 24 * HOUR)(draft),
  },
  {
    name: 'missing_auth_time',
    say: 'There is no auth_time.',
    answers: undefined,
    client: 'rejects the token where it sent max_age',
    section: 'OpenID Connect Core section 2',
    kinds: ['id'],
    bend: dropClaim('auth_time'),
  },
]
