import { type Defect, invalidToken, setClaim } from './row.ts'

const malformed = invalidToken('token_malformed')
const mismatch = invalidToken('token_type_mismatch')

/** Tokens that are no tokens, tokens of another kind, and tokens that the provider itself no longer stands for. */
export const SHAPE_DEFECTS: readonly Defect[] = [
  {
    name: 'id_token_as_access',
    say: 'An ID token is used as an access token.',
    answers: invalidToken('audience_mismatch'),
    section: 'RFC 8725 section 3.11, RFC 9068 section 5',
    kinds: ['access'],
    bend: draft => {
      draft.header.typ = 'JWT'
      draft.claims.aud = draft.claims.client_id ?? ''
      draft.claims.nonce = 'a-nonce'
      for (const name of ['client_id', 'scope', 'jti']) delete draft.claims[name]
      draft.memory = 'none'
    },
  },
  {
    name: 'logout_token_as_access',
    say: 'A logout token is used as an access token.',
    answers: mismatch,
    section: 'OpenID Connect Back-Channel Logout section 2.6, RFC 8725 section 3.11',
    kinds: ['access'],
    bend: draft => {
      draft.header.typ = 'logout+jwt'
      draft.claims.events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
      draft.memory = 'none'
    },
  },
  {
    name: 'event_token_as_access',
    say: 'A security event token is used as an access token.',
    answers: mismatch,
    section: 'RFC 8417 section 4, RFC 8725 section 3.11',
    kinds: ['access'],
    bend: draft => {
      draft.header.typ = 'secevent+jwt'
      draft.claims.events = { 'https://schemas.openid.net/secevent/caep/event-type/session-revoked': {} }
      draft.memory = 'none'
    },
  },
  {
    name: 'id_token_by_token_use',
    say: 'The token says of itself that it is an ID token (token_use), and has the audience of an access token.',
    answers: mismatch,
    section: 'RFC 8725 section 3.11',
    allowed: 'token_use is a habit of one vendor, and no standard knows it',
    kinds: ['access'],
    bend: setClaim('token_use', 'id'),
  },
  {
    name: 'truncated',
    say: 'The token was cut in the middle of its claims.',
    answers: malformed,
    client: 'rejects the token',
    section: 'RFC 7515 section 5.2',
    kinds: ['access', 'id', 'logout'],
    bend: draft => {
      draft.finish = token => {
        const [header = '', claims = ''] = token.split('.')
        return `${header}.${claims.slice(0, claims.length >> 1)}`
      }
      draft.memory = 'none'
    },
  },
  {
    name: 'claims_not_json',
    say: 'The claims are signed and are no JSON.',
    answers: malformed,
    client: 'rejects the token',
    section: 'RFC 7519 section 7.2',
    kinds: ['access', 'id', 'logout'],
    bend: draft => {
      draft.finish = token => {
        const header = token.split('.')[0] ?? ''
        const input = `${header}.${Buffer.from('{"iss":').toString('base64url')}`
        return `${input}.${draft.sign(Buffer.from(input)).toString('base64url')}`
      }
      draft.memory = 'none'
    },
  },
  {
    name: 'revoked',
    say: 'The token was revoked. Only introspection tells: as a JWT it looks good.',
    answers: invalidToken('token_inactive'),
    allowed: 'who verifies a JWT by itself can not know: ask the provider, or keep lifetimes short',
    section: 'RFC 7009 section 2.1, RFC 7662 section 2.2',
    kinds: ['access', 'refresh'],
    opaque: true,
    bend: draft => {
      draft.memory = 'revoked'
    },
  },
  {
    name: 'never_issued',
    say: 'The token has the right form and the provider does not stand for it. Only introspection tells: as a JWT it looks good.',
    answers: invalidToken('token_inactive'),
    allowed: 'who verifies a JWT by itself can not know: ask the provider, or keep lifetimes short',
    section: 'RFC 7662 section 2.2',
    kinds: ['access', 'refresh'],
    opaque: true,
    bend: draft => {
      draft.memory = 'revoked'
    },
  },
]
