import type { ParsedCall } from './call.ts'
import { type ClientFacts, type FindingCode, findFindings, one, words } from './findings.ts'

/** Stricter readings of the standards: OAuth 2.1 (draft-ietf-oauth-v2-1) and the FAPI 2.0 Security Profile. */
export type Profile = 'oauth2.1' | 'fapi2'
/** What a tenant refuses: `lenient-recording` only writes into the journal what a profile would. */
export type ProfileName = 'lenient-recording' | Profile

export const PROFILES: readonly Profile[] = ['oauth2.1', 'fapi2']
export const PROFILE_NAMES: readonly ProfileName[] = ['lenient-recording', ...PROFILES]

/** What a profile refuses in one request. */
export interface Offence {
  /** Snake case, stable: that of a finding, or of a rule that only profiles have. */
  readonly code: FindingCode | ProfileCode
  readonly say: string
  readonly section: string
}

export type ProfileCode =
  | 'client_authentication_weak'
  | 'pushed_request_missing'
  | 'request_object_expiry_missing'
  | 'response_type_not_code'
  | 'sender_constraint_missing'

/** Findings that a profile makes into refusals. */
const REFUSED: { readonly [P in Profile]: readonly FindingCode[] } = {
  'oauth2.1': ['pkce_missing', 'flow_deprecated', 'password_grant', 'secret_in_query', 'redirect_uri_insecure'],
  fapi2: [
    'pkce_missing',
    'pkce_plain',
    'flow_deprecated',
    'password_grant',
    'secret_in_query',
    'redirect_uri_insecure',
    'redirect_uri_missing',
  ],
}

interface Rule {
  readonly profiles: readonly Profile[]
  readonly say: string
  readonly section: string
  readonly holds: (call: ParsedCall) => boolean
}

const PUSHED = 'urn:ietf:params:oauth:request_uri:'
const BACK_CHANNEL: ReadonlySet<string> = new Set(['token', 'par', 'introspect', 'revoke', 'bc-authorize'])

/** What nobody but a profile minds. */
const RULES: { readonly [C in ProfileCode]: Rule } = {
  pushed_request_missing: {
    profiles: ['fapi2'],
    say: 'The authorization request was not pushed.',
    section: 'FAPI 2.0 Security Profile section 5.3.2.2',
    holds: call =>
      call.endpoint === 'authorize' &&
      one(call, 'interaction') === undefined &&
      one(call, 'request_uri')?.startsWith(PUSHED) !== true,
  },
  response_type_not_code: {
    profiles: ['fapi2'],
    say: 'The response type is another than code.',
    section: 'FAPI 2.0 Security Profile section 5.3.2.2',
    holds: call =>
      (call.endpoint === 'authorize' || call.endpoint === 'par') &&
      one(call, 'response_type') !== undefined &&
      words(one(call, 'response_type')).join(' ') !== 'code',
  },
  client_authentication_weak: {
    profiles: ['fapi2'],
    say: 'The client authenticated by a secret or not at all, and not by private_key_jwt or mutual TLS.',
    section: 'FAPI 2.0 Security Profile section 5.3.2.1',
    holds: call =>
      BACK_CHANNEL.has(call.endpoint) &&
      (call.scheme === 'basic' ||
        one(call, 'client_secret') !== undefined ||
        (one(call, 'client_assertion') === undefined && !call.shows.certificate)),
  },
  sender_constraint_missing: {
    profiles: ['fapi2'],
    say: 'The access token will be bound to no key: neither a DPoP proof nor a client certificate came along.',
    section: 'FAPI 2.0 Security Profile section 5.3.2.1',
    holds: ({ endpoint, shows }) => endpoint === 'token' && !shows.proof && !shows.certificate,
  },
  request_object_expiry_missing: {
    profiles: ['fapi2'],
    say: 'The request object has no exp or no nbf, or is good for longer than an hour.',
    section: 'FAPI 2.0 Message Signing section 5.3.1',
    holds: ({ object }) =>
      object !== undefined &&
      !(typeof object.exp === 'number' && typeof object.nbf === 'number' && object.exp - object.nbf <= 3600),
  },
}

/** What a profile refuses in a request, whatever was answered to it. */
export function findOffences(call: ParsedCall, client: ClientFacts | undefined, profile: Profile): readonly Offence[] {
  const rules = (Object.entries(RULES) as [ProfileCode, Rule][])
    .filter(([, rule]) => rule.profiles.includes(profile) && rule.holds(call))
    .map(([code, { say, section }]) => ({ code, say, section }))
  return [...findFindings(call, client).filter(({ code }) => REFUSED[profile].includes(code)), ...rules]
}
