import { bendToken, claim } from './jwt.ts'
import { type Bend, bendJson, dropMember, type Misbehaviour, rowsOf, setMember } from './row.ts'

const RESPONSE = 'RFC 6749 section 5.1'
const REFRESH = 'OpenID Connect Core section 12.2'

const row = rowsOf('token')

/** Only in answers to refreshes. */
const onRefresh =
  (bend: Bend): Bend =>
  (answer, scene) =>
    scene.parameters.grant_type?.includes('refresh_token') === true ? bend(answer, scene) : undefined

/** Answers of the token endpoint. The defects of ID and access tokens are misbehaviours of it too. */
export const TOKEN_MISBEHAVIOURS: readonly Misbehaviour[] = [
  row('missing_access_token', 'There is no access_token.', RESPONSE, dropMember('access_token')),
  row('access_token_number', 'access_token is a number.', RESPONSE, setMember('access_token', 42)),
  row('access_token_empty', 'access_token is an empty text.', RESPONSE, setMember('access_token', '')),
  row('missing_token_type', 'There is no token_type.', RESPONSE, dropMember('token_type')),
  row(
    'token_type_case',
    'token_type is bEARER, which is the same.',
    'RFC 6749 section 5.1: token_type is case-insensitive',
    setMember('token_type', 'bEARER'),
    {
      client: 'takes it for Bearer',
      allowed: 'the value is case-insensitive; who refuses it is wrong',
    },
  ),
  row(
    'token_type_unknown',
    'token_type is one that nobody knows.',
    'RFC 6749 section 7.1',
    setMember('token_type', 'mac'),
  ),
  row('missing_scope', 'There is no scope, though it is what was asked for.', RESPONSE, dropMember('scope'), {
    client: 'takes the scope for the one it asked for',
    allowed: 'scope is optional where it is the one asked for',
  }),
  row('scope_number', 'scope is a number.', RESPONSE, setMember('scope', 42)),
  row('missing_expires_in', 'There is no expires_in.', RESPONSE, dropMember('expires_in'), {
    client: 'does without, and refreshes when the token is refused',
    allowed: 'expires_in is recommended and not required',
  }),
  row(
    'expires_in_text',
    'expires_in is a text of digits.',
    RESPONSE,
    bendJson(members => {
      members.expires_in = String(members.expires_in ?? 3600)
    }),
    { allowed: 'several systems write it so, and libraries read it' },
  ),
  row('expires_in_negative', 'expires_in is negative.', RESPONSE, setMember('expires_in', -1)),
  row('error_with_200', 'An error document with status 200.', 'RFC 6749 section 5.2', answer =>
    answer.status === 200 ? { ...answer, body: '{"error":"invalid_grant"}' } : undefined,
  ),
  row('error_without_error', 'Status 400 and a document without error.', 'RFC 6749 section 5.2', answer => ({
    ...answer,
    status: 400,
    body: '{"message":"no"}',
  })),
  row(
    'missing_id_token',
    'There is no id_token, though openid was granted.',
    'OpenID Connect Core section 3.1.3.3',
    dropMember('id_token'),
  ),
  row('id_token_number', 'id_token is a number.', 'OpenID Connect Core section 3.1.3.3', setMember('id_token', 42)),
  row(
    'id_token_is_access_token',
    'id_token is the access token.',
    'RFC 8725 section 3.11',
    bendJson(members => {
      if (typeof members.access_token !== 'string') return false
      members.id_token = members.access_token
      return true
    }),
  ),
  row(
    'refresh_wrong_issuer',
    'The ID token of a refresh has another iss.',
    REFRESH,
    onRefresh(bendToken(['id_token'], claim('iss', 'https://attacker.example'))),
  ),
  row(
    'refresh_wrong_audience',
    'The ID token of a refresh has another aud.',
    REFRESH,
    onRefresh(bendToken(['id_token'], claim('aud', 'another-client'))),
  ),
  row(
    'refresh_wrong_sub',
    'The ID token of a refresh is about another user.',
    REFRESH,
    onRefresh(bendToken(['id_token'], claim('sub', 'mallory'))),
    {
      allowed: 'the client must compare with the ID token it has; a library that keeps none can not',
    },
  ),
  row(
    'refresh_wrong_azp',
    'The ID token of a refresh has another azp.',
    REFRESH,
    onRefresh(bendToken(['id_token'], claim('azp', 'another-client'))),
    {
      allowed: 'the client must compare with the ID token it has; a library that keeps none can not',
    },
  ),
  row(
    'refresh_new_auth_time',
    'The ID token of a refresh has a later auth_time, as if the user had logged in again.',
    REFRESH,
    onRefresh(
      bendToken(['id_token'], {
        bend: ({ claims }, { clock }) => Object.assign(claims, { auth_time: clock.now() + 1 }),
      }),
    ),
    { allowed: 'the client must compare with the ID token it has; a library that keeps none can not' },
  ),
  row('refresh_without_id_token', 'A refresh brings no ID token.', REFRESH, onRefresh(dropMember('id_token')), {
    client: 'keeps the one it has',
    allowed: 'an ID token is optional at a refresh',
  }),
  row(
    'refresh_token_dropped',
    'A refresh brings no new refresh token, though the old one is spent.',
    'RFC 6749 section 6',
    onRefresh(dropMember('refresh_token')),
    {
      client: 'has the user log in again',
      allowed: 'a refresh token is optional: the client finds out at the next refresh',
    },
  ),
  row(
    'dpop_nonce_without_end',
    'A new DPoP nonce is demanded each time.',
    'RFC 9449 section 8',
    answer => ({
      status: 400,
      headers: [...answer.headers, ['dpop-nonce', 'another-nonce']],
      body: '{"error":"use_dpop_nonce"}',
    }),
    { client: 'tries once more and then gives up' },
  ),
]
