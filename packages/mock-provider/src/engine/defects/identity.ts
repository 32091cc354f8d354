import { type Defect, type Draft, dropClaim, REJECT, setClaim, type TokenKind } from './row.ts'

const ID: readonly TokenKind[] = ['id']
const LIST = 'OpenID Connect Core section 3.1.3.7'

const HASHED = {
  at_hash: {
    what: 'access token',
    with: 'an access token from the authorization endpoint',
    section: 'OpenID Connect Core section 3.2.2.9',
  },
  c_hash: {
    what: 'code',
    with: 'a code from the authorization endpoint',
    section: 'OpenID Connect Core section 3.3.2.10',
  },
  s_hash: { what: 'state', with: 'a state, under FAPI 1.0', section: 'OpenID FAPI 1.0 Part 2 section 5.1.1' },
} as const

const AT_HASH =
  'in the code flow both tokens come by TLS from the token endpoint and at_hash is optional; libraries leave it out'
const S_HASH = 'only FAPI 1.0 demands an s_hash; a client of plain OpenID Connect has state itself'

/** What binds an ID token to who asked for it and to what came with it. */
export const IDENTITY_DEFECTS: readonly Defect[] = [
  {
    name: 'multiple_audiences',
    say: 'aud names a second client, and there is no azp.',
    answers: undefined,
    client: REJECT,
    section: `${LIST} points 3 and 4`,
    kinds: ID,
    bend: draft => {
      draft.claims.aud = [clientOf(draft), 'another-client']
      delete draft.claims.azp
    },
  },
  {
    name: 'multiple_audiences_wrong_azp',
    say: 'aud names a second client, and azp says that the token was issued to that one.',
    answers: undefined,
    client: REJECT,
    section: `${LIST} point 5`,
    kinds: ID,
    bend: draft => Object.assign(draft.claims, { aud: [clientOf(draft), 'another-client'], azp: 'another-client' }),
  },
  {
    name: 'untrusted_audience',
    say: 'aud names a client that nobody trusts beside the right one, which azp names.',
    answers: undefined,
    client: 'may reject the token: it lists audiences that the client does not trust',
    allowed: 'whom a client trusts beside itself is for the client to say, and azp is as it must be',
    section: `${LIST} point 3`,
    kinds: ID,
    bend: draft => Object.assign(draft.claims, { aud: [clientOf(draft), 'another-client'], azp: clientOf(draft) }),
  },
  {
    name: 'wrong_azp',
    say: 'azp is another client, while aud is the right one.',
    answers: undefined,
    client: 'should reject the token',
    allowed: 'the check is a SHOULD, and libraries make it only where aud names several',
    section: `${LIST} point 5`,
    kinds: ID,
    bend: setClaim('azp', 'another-client'),
  },
  {
    name: 'missing_nonce',
    say: 'There is no nonce, though one was sent.',
    answers: undefined,
    client: REJECT,
    section: `${LIST} point 11`,
    kinds: ID,
    bend: dropClaim('nonce'),
  },
  {
    name: 'wrong_nonce',
    say: 'The nonce is not the one that was sent.',
    answers: undefined,
    client: REJECT,
    section: `${LIST} point 11`,
    kinds: ID,
    bend: setClaim('nonce', 'a-nonce-of-somebody-else'),
  },
  {
    name: 'nonce_list',
    say: 'The nonce is a list with the right one in it.',
    answers: undefined,
    client: REJECT,
    section: 'OpenID Connect Core section 2',
    kinds: ID,
    bend: draft => setClaim('nonce', [draft.claims.nonce ?? 'a-nonce'])(draft),
  },
  ...(['at_hash', 'c_hash', 's_hash'] as const).flatMap((name): Defect[] => [
    {
      name: `wrong_${name}`,
      say: `${name} is the hash of another ${HASHED[name].what}.`,
      answers: undefined,
      client: REJECT,
      section: HASHED[name].section,
      kinds: ID,
      bend: setClaim(name, 'AAAAAAAAAAAAAAAAAAAAAA'),
      ...(name === 'at_hash' ? { allowed: AT_HASH } : {}),
    },
    {
      name: `missing_${name}`,
      say: `There is no ${name}.`,
      answers: undefined,
      client: `rejects the token where it came with ${HASHED[name].with}`,
      section: HASHED[name].section,
      kinds: ID,
      bend: dropClaim(name),
      ...(name === 'c_hash' ? {} : { allowed: name === 'at_hash' ? AT_HASH : S_HASH }),
    },
  ]),
  {
    name: 'access_token_as_id',
    say: 'An access token for a resource is used as an ID token.',
    answers: undefined,
    client: REJECT,
    section: `RFC 8725 section 3.11, ${LIST} point 3`,
    kinds: ID,
    bend: (draft, { issuer }) => {
      const client = clientOf(draft)
      draft.header.typ = 'at+jwt'
      Object.assign(draft.claims, { aud: `${issuer}/api`, client_id: client, scope: 'openid' })
      delete draft.claims.nonce
    },
  },
  {
    name: 'acr_lower',
    say: 'acr says that the user logged in by less than was asked for.',
    answers: undefined,
    client: 'rejects the token where it needs a stronger acr',
    allowed: 'what an acr is worth is for the client to say; only an essential one is a demand',
    section: `${LIST} point 12`,
    kinds: ID,
    bend: setClaim('acr', '0'),
  },
]

function clientOf({ claims }: Draft): string {
  const [first] = [claims.aud].flat()
  return typeof first === 'string' ? first : ''
}
