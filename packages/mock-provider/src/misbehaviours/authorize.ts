import type { Defect } from '../engine/defects.ts'
import { bendToken, claim } from './jwt.ts'
import { bendRedirect, dropParameter, setParameter } from './redirect.ts'
import { type Misbehaviour, rowsOf } from './row.ts'

const RESPONSE = 'RFC 6749 section 4.1.2'
const JARM = 'JARM (OpenID FAPI) section 2.4'

const row = rowsOf('authorize')

const jarm = (
  name: string,
  say: string,
  change: Pick<Defect, 'bend'>,
  more: Partial<Misbehaviour> = {},
): Misbehaviour => row(name, say, JARM, bendToken(['response'], change), more)

/** What the user comes back with. The defects of ID tokens are misbehaviours of it too. */
export const AUTHORIZE_MISBEHAVIOURS: readonly Misbehaviour[] = [
  row(
    'missing_state',
    'There is no state, though one was sent.',
    `${RESPONSE}, RFC 9700 section 4.7`,
    dropParameter('state'),
  ),
  row(
    'wrong_state',
    'The state is not the one that was sent.',
    `${RESPONSE}, RFC 9700 section 4.7`,
    setParameter('state', 'a-state-of-somebody-else'),
  ),
  row(
    'duplicate_state',
    'state is there twice, the second one wrong.',
    'RFC 6749 section 3.1',
    bendRedirect(parameters => parameters.append('state', 'another-state')),
  ),
  row(
    'missing_response_iss',
    'There is no iss, though the metadata promise it.',
    'RFC 9207 section 2.4',
    dropParameter('iss'),
  ),
  row(
    'wrong_response_iss',
    'iss is another issuer: the answer is mixed up.',
    'RFC 9207 section 2.4',
    setParameter('iss', 'https://attacker.example'),
  ),
  row('missing_code', 'There is no code.', RESPONSE, dropParameter('code')),
  row(
    'duplicate_code',
    'code is there twice, the second one made up.',
    'RFC 6749 section 3.1',
    bendRedirect(parameters => (parameters.has('code') ? parameters.append('code', 'another-code') : false)),
  ),
  row(
    'wrong_code',
    'The code is one that was never issued.',
    'RFC 6749 section 4.1.3',
    setParameter('code', 'never-issued'),
    {
      client: 'takes invalid_grant of the token endpoint for a failed login',
    },
  ),
  row(
    'error_beside_code',
    'There are a code and an error.',
    'RFC 6749 section 4.1.2.1',
    bendRedirect(parameters => parameters.set('error', 'server_error')),
    {
      client: 'takes the answer for an error',
    },
  ),
  row(
    'access_denied',
    'The user refused.',
    'RFC 6749 section 4.1.2.1',
    bendRedirect(parameters => {
      for (const name of ['code', 'id_token', 'access_token', 'token_type', 'expires_in']) parameters.delete(name)
      parameters.set('error', 'access_denied')
    }),
    { client: 'shows that the login did not take place' },
  ),
  jarm('jarm_expired', 'The JWT of the answer expired.', {
    bend: ({ claims }, { clock }) => Object.assign(claims, { exp: clock.now() - 3600 }),
  }),
  jarm('jarm_missing_exp', 'The JWT of the answer has no exp.', { bend: ({ claims }) => delete claims.exp }),
  jarm('jarm_wrong_audience', 'The JWT of the answer is for another client.', claim('aud', 'another-client')),
  jarm('jarm_missing_aud', 'The JWT of the answer has no aud.', { bend: ({ claims }) => delete claims.aud }),
  jarm('jarm_wrong_issuer', 'The JWT of the answer is of another issuer.', claim('iss', 'https://attacker.example')),
  jarm(
    'jarm_wrong_state',
    'The state in the JWT of the answer is not the one that was sent.',
    claim('state', 'a-state-of-somebody-else'),
  ),
  jarm('jarm_bad_signature', 'The signature of the JWT of the answer is wrong.', {
    bend: draft => {
      const { sign } = draft
      draft.sign = input => Buffer.from(sign(input)).fill(1, 0, 8)
    },
  }),
  jarm('jarm_alg_none', 'The JWT of the answer is not signed.', {
    bend: draft => {
      draft.header.alg = 'none'
      draft.sign = () => Buffer.alloc(0)
    },
  }),
  row(
    'jarm_unwrapped',
    'The answer comes as plain parameters and not as the JWT that was asked for.',
    JARM,
    bendRedirect((parameters, { tenant }) => {
      if (!parameters.has('response')) return false
      parameters.delete('response')
      parameters.set('code', 'a-code')
      parameters.set('iss', tenant.issuer)
      return true
    }),
  ),
]
