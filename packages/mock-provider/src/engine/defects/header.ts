import { createHash } from 'node:crypto'
import { makeSelfSigned } from '../self-signed.ts'
import type { Tenant } from '../tenant.ts'
import { addMember, type Defect, type Draft, invalidToken, JWTS, REJECT, rewrite, setHeader } from './row.ts'
import { pointAway, strangerSignature } from './stranger.ts'

const key = invalidToken('key_unknown')
const malformed = invalidToken('token_malformed')
const KID = 'RFC 7515 section 4.1.4, RFC 8725 section 3.10'
const CRIT = 'RFC 7515 section 4.1.11'

/** A stranger signs, and the header leads to the stranger's key. */
const lure = (name: string, say: string, kid: string, answers = key): Defect => ({
  name,
  say,
  answers,
  client: REJECT,
  section: KID,
  kinds: JWTS,
  bend: (draft, tenant) => {
    draft.header.kid = kid
    draft.sign = strangerSignature(draft.header.alg, tenant)
  },
})

const critical = (name: string, say: string, bend: Defect['bend']): Defect => ({
  name,
  say,
  answers: malformed,
  client: REJECT,
  section: CRIT,
  kinds: JWTS,
  bend,
})

/** Headers that lead a receiver to a key that is not the issuer's, or that it must not overlook. */
export const HEADER_DEFECTS: readonly Defect[] = [
  lure('kid_empty', "The kid is an empty text; the key is a stranger's.", ''),
  lure(
    'kid_url',
    "The kid is a URL, for receivers that fetch it; the key is a stranger's.",
    'https://attacker.example/key',
  ),
  lure('kid_sql', "The kid is a piece of SQL; the key is a stranger's.", "' UNION SELECT 'AA' --"),
  lure(
    'kid_prototype',
    "The kid is __proto__, for receivers that look it up in an object; the key is a stranger's.",
    '__proto__',
  ),
  lure('kid_null_byte', "The kid has a NUL in it; the key is a stranger's.", 'key\u0000.pem'),
  lure('kid_huge', 'The kid is 64 KiB long.', 'k'.repeat(65_536), invalidToken('token_too_large')),
  {
    name: 'kid_of_another_key',
    say: 'The kid is that of another key of the JWKS, which did not sign.',
    answers: invalidToken('signature_invalid'),
    client: REJECT,
    section: 'RFC 7515 sections 4.1.4 and 5.2',
    kinds: JWTS,
    bend: (draft, { keys }) => {
      const other = keys.signer(draft.header.alg === 'RS256' ? 'RS512' : 'RS256')
      const own = keys.signer('PS512')
      if (other === undefined || own === undefined) return
      // Both are RSA, so that only the signature tells.
      Object.assign(draft.header, { alg: 'RS256', kid: own.kid })
      draft.sign = input => (keys.signer('RS256') ?? other).sign('RS256', input)
    },
  },
  {
    name: 'kid_list',
    say: 'The kid is a list with the right one in it.',
    answers: malformed,
    client: REJECT,
    section: KID,
    kinds: JWTS,
    bend: draft => setHeader('kid', [draft.header.kid ?? ''])(draft),
  },
  {
    name: 'kid_number',
    say: 'The kid is a number.',
    answers: malformed,
    client: REJECT,
    section: KID,
    kinds: JWTS,
    bend: setHeader('kid', 0),
  },
  {
    name: 'duplicate_kid',
    say: 'The header has kid twice, first that of nobody.',
    answers: malformed,
    client: REJECT,
    allowed: 'RFC 7515 lets a parser take the last of them, and JSON.parse does',
    section: 'RFC 7515 section 4',
    kinds: JWTS,
    bend: rewrite({ header: addMember('"kid":"unknown"') }),
  },
  {
    name: 'foreign_x5u',
    say: "The header says where the certificate is (x5u), at a stranger's address.",
    answers: key,
    client: REJECT,
    section: 'RFC 7515 section 4.1.5, RFC 8725 section 3.10',
    kinds: JWTS,
    bend: pointAway({ x5u: 'https://attacker.example/cert.pem' }),
  },
  {
    name: 'embedded_x5c',
    say: "The header brings a certificate along (x5c), a stranger's.",
    answers: key,
    client: REJECT,
    section: 'RFC 7515 section 4.1.6, RFC 8725 section 3.10',
    kinds: JWTS,
    bend: bringCertificate,
  },
  {
    name: 'typ_number',
    say: 'typ is a number.',
    answers: malformed,
    client: REJECT,
    section: 'RFC 7515 section 4.1.9',
    kinds: JWTS,
    bend: setHeader('typ', 1),
  },
  critical('crit_empty', 'crit is an empty list.', setHeader('crit', [])),
  critical('crit_text', 'crit is a text and not a list.', setHeader('crit', 'exp')),
  critical('crit_registered', 'crit names a member of the standard itself.', setHeader('crit', ['alg'])),
  critical('crit_absent', 'crit names a member that is not there.', setHeader('crit', ['b64'])),
  {
    name: 'b64_false',
    say: 'b64 is false and crit does not say so.',
    answers: malformed,
    client: REJECT,
    allowed: 'without crit a library need not know b64, and reads the token like every other',
    section: 'RFC 7797 sections 6 and 7',
    kinds: JWTS,
    bend: setHeader('b64', false),
  },
]

function bringCertificate(draft: Draft, tenant: Tenant): void {
  const { cert } = makeSelfSigned('a stranger', 'attacker.example', ['attacker.example'])
  const der = cert.replace(/-----[^-]+-----|\s/g, '')
  const x5t = createHash('sha256').update(Buffer.from(der, 'base64')).digest('base64url')
  const { sign } = tenant.keys.stranger('RS256')
  Object.assign(draft.header, { alg: 'RS256', kid: x5t, x5c: [der], 'x5t#S256': x5t })
  draft.sign = input => sign('RS256', input)
}
