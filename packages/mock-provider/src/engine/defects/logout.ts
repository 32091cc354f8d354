import { type Defect, dropClaim, setClaim, type TokenKind } from './row.ts'

const LOGOUT: readonly TokenKind[] = ['logout']
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

const row = (name: string, say: string, point: string, bend: Defect['bend'], allowed?: string): Defect => ({
  name,
  say,
  answers: undefined,
  client: 'answers 400 and ends no session',
  ...(allowed === undefined ? {} : { allowed }),
  section: `OpenID Connect Back-Channel Logout section ${point}`,
  kinds: LOGOUT,
  bend,
})

/** What makes a logout token none. */
export const LOGOUT_DEFECTS: readonly Defect[] = [
  row('missing_events', 'There is no events claim.', '2.6 point 6', dropClaim('events')),
  row(
    'wrong_event',
    'events names another event.',
    '2.6 point 6',
    setClaim('events', { 'https://schemas.example/event/other': {} }),
  ),
  row('events_list', 'events is a list with the name of the event.', '2.4', setClaim('events', [EVENT])),
  row(
    'event_not_object',
    'The member of events is a text and not an object.',
    '2.4',
    setClaim('events', { [EVENT]: 'yes' }),
  ),
  row(
    'logout_with_nonce',
    'There is a nonce, which is how an ID token passes for a logout token.',
    '2.6 point 7',
    setClaim('nonce', 'a-nonce'),
  ),
  row('missing_sub_and_sid', 'There is neither sub nor sid: nobody is logged out.', '2.6 point 5', draft => {
    delete draft.claims.sub
    delete draft.claims.sid
  }),
  row(
    'logout_missing_jti',
    'There is no jti.',
    '2.4',
    dropClaim('jti'),
    'a receiver that does not look for replays has no use for it',
  ),
  row('id_token_as_logout', 'An ID token is used as a logout token.', '2.6, RFC 8725 section 3.11', draft => {
    draft.header.typ = 'JWT'
    for (const name of ['events', 'jti']) delete draft.claims[name]
    draft.claims.nonce = 'a-nonce'
  }),
]
