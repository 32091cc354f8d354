import type { ParsedCall } from './call.ts'
import { parseUrl } from './url.ts'

/** What a strict provider would have refused, or a current profile advises against, in one request. */
export interface Finding {
  /** Snake case, stable: `pkce_missing`. */
  readonly code: FindingCode
  readonly say: string
  /** The section that says so. */
  readonly section: string
}

/** What the provider knew of the client. */
export interface ClientFacts {
  /** Configured or registered, and not made up by the first credentials it showed. */
  readonly registered: boolean
  readonly redirectUris: readonly string[]
}

export type FindingCode =
  | 'basic_malformed'
  | 'body_not_form'
  | 'client_unregistered'
  | 'flow_deprecated'
  | 'introspection_unauthenticated'
  | 'method_unexpected'
  | 'nonce_missing'
  | 'openid_scope_missing'
  | 'parameter_repeated'
  | 'password_grant'
  | 'pkce_missing'
  | 'pkce_plain'
  | 'redirect_uri_case'
  | 'redirect_uri_differs'
  | 'redirect_uri_insecure'
  | 'redirect_uri_missing'
  | 'redirect_uri_slash'
  | 'secret_in_query'
  | 'secret_sent_twice'
  | 'state_missing'

interface Rule {
  readonly say: string
  readonly section: string
  readonly holds: (call: ParsedCall, client: ClientFacts | undefined) => boolean
}

const FORM_ENDPOINTS: ReadonlySet<string> = new Set([
  'token',
  'introspect',
  'revoke',
  'par',
  'device_authorization',
  'bc-authorize',
])
/** RFC 8707 `resource` and RFC 8693 `audience` may be given more than once. */
const REPEATABLE: ReadonlySet<string> = new Set(['resource', 'audience'])
const QUERY_SECRETS = [
  'client_secret',
  'access_token',
  'refresh_token',
  'token',
  'password',
  'client_assertion',
  'code_verifier',
]

/** A parameter from wherever it counts: a request object by value speaks for the whole request (RFC 9101 section 5). */
export function one(call: ParsedCall, name: string): string | undefined {
  const inside = call.object?.[name]
  if (typeof inside === 'string') return inside
  // A parameter without a value is as if it were not there (RFC 6749 section 3.1).
  return call.form.get(name)?.[0] || call.query.get(name)?.[0] || undefined
}
/** An authorization request, and not what one of our own pages sends. */
const isRequest = (call: ParsedCall): boolean => call.endpoint === 'authorize' && one(call, 'interaction') === undefined
const asksForCode = (call: ParsedCall): boolean =>
  (call.endpoint === 'authorize' || call.endpoint === 'par') && words(one(call, 'response_type')).includes('code')
/** A request object that is encrypted, or none at all. */
const isUnreadable = (call: ParsedCall): boolean => one(call, 'request') !== undefined && call.object === undefined
export const words = (text: string | undefined): string[] => (text ?? '').split(' ').filter(word => word !== '')
const redirect = (call: ParsedCall): string | undefined =>
  call.endpoint === 'authorize' || call.endpoint === 'par' || call.endpoint === 'token'
    ? one(call, 'redirect_uri')
    : undefined

/** How a redirect URI misses those registered; undefined where it is one of them, or none is registered. */
function missRegistered(call: ParsedCall, client: ClientFacts | undefined): 'slash' | 'case' | 'whole' | undefined {
  const shown = redirect(call)
  const registered = client?.redirectUris ?? []
  if (shown === undefined || registered.length === 0 || registered.includes(shown)) return undefined
  if (registered.some(uri => withoutSlash(uri) === withoutSlash(shown))) return 'slash'
  return registered.some(uri => uri.toLowerCase() === shown.toLowerCase()) ? 'case' : 'whole'
}

const withoutSlash = (uri: string): string => uri.replace(/\/(?=$|[?#])/, '')

const RULES: { readonly [Code in FindingCode]: Rule } = {
  pkce_missing: {
    say: 'A code was asked for without a code_challenge.',
    section: 'RFC 9700 section 2.1.1',
    holds: call =>
      asksForCode(call) &&
      one(call, 'code_challenge') === undefined &&
      one(call, 'request_uri') === undefined &&
      !isUnreadable(call),
  },
  pkce_plain: {
    say: 'The code_challenge_method is plain, or absent, which means plain.',
    section: 'RFC 7636 section 4.2, RFC 9700 section 2.1.1',
    holds: call =>
      asksForCode(call) &&
      one(call, 'code_challenge') !== undefined &&
      (one(call, 'code_challenge_method') ?? 'plain') === 'plain',
  },
  state_missing: {
    say: 'Nothing protects the redirect from forgery: neither state, nor nonce, nor code_challenge.',
    section: 'RFC 9700 section 2.1',
    holds: call =>
      isRequest(call) &&
      ['state', 'nonce', 'code_challenge', 'request_uri'].every(name => one(call, name) === undefined) &&
      !isUnreadable(call),
  },
  nonce_missing: {
    say: 'An ID token was asked for from the authorization endpoint without a nonce.',
    section: 'OpenID Connect Core section 3.2.2.1',
    holds: call =>
      isRequest(call) && words(one(call, 'response_type')).includes('id_token') && one(call, 'nonce') === undefined,
  },
  openid_scope_missing: {
    say: 'A nonce was sent without the scope openid: no ID token will carry it.',
    section: 'OpenID Connect Core section 3.1.2.1',
    holds: call => isRequest(call) && one(call, 'nonce') !== undefined && !words(one(call, 'scope')).includes('openid'),
  },
  flow_deprecated: {
    say: 'The response type puts an access token into the redirect.',
    section: 'RFC 9700 section 2.1.2',
    holds: call =>
      (call.endpoint === 'authorize' || call.endpoint === 'par') && words(one(call, 'response_type')).includes('token'),
  },
  password_grant: {
    say: "The grant shows the user's password to the client.",
    section: 'RFC 9700 section 2.4',
    holds: call => call.endpoint === 'token' && one(call, 'grant_type') === 'password',
  },
  secret_sent_twice: {
    say: 'The client authenticated in more than one way.',
    section: 'RFC 6749 section 2.3',
    holds: call =>
      FORM_ENDPOINTS.has(call.endpoint) &&
      [
        call.scheme === 'basic',
        one(call, 'client_secret') !== undefined,
        one(call, 'client_assertion') !== undefined,
      ].filter(Boolean).length > 1,
  },
  secret_in_query: {
    say: 'A secret or a token stands in the URL, where logs and referrers keep it.',
    section: 'RFC 6749 section 2.3.1, RFC 6750 section 2.3',
    holds: call => QUERY_SECRETS.some(name => call.query.has(name)),
  },
  basic_malformed: {
    say: 'The Basic credentials have no colon or are not Base64.',
    section: 'RFC 7617 section 2',
    holds: call => call.scheme === 'basic' && call.basic === undefined,
  },
  parameter_repeated: {
    say: 'A parameter was sent more than once.',
    section: 'RFC 6749 section 3.1',
    holds: call =>
      [call.query, call.form].some(sent =>
        [...sent].some(([name, values]) => values.length > 1 && !REPEATABLE.has(name)),
      ),
  },
  method_unexpected: {
    say: 'The endpoint is to be asked with POST.',
    section: 'RFC 6749 section 3.2, RFC 7662 section 2.1, RFC 7009 section 2.1',
    holds: call => FORM_ENDPOINTS.has(call.endpoint) && call.method !== 'POST' && call.method !== 'OPTIONS',
  },
  body_not_form: {
    say: 'The body is not application/x-www-form-urlencoded.',
    section: 'RFC 6749 appendix B',
    holds: call =>
      FORM_ENDPOINTS.has(call.endpoint) && call.method === 'POST' && call.text !== '' && call.form.size === 0,
  },
  introspection_unauthenticated: {
    say: 'Introspection was asked for without any authentication.',
    section: 'RFC 7662 section 2.1',
    holds: call =>
      call.endpoint === 'introspect' &&
      call.scheme === undefined &&
      one(call, 'client_secret') === undefined &&
      one(call, 'client_assertion') === undefined,
  },
  redirect_uri_missing: {
    say: 'The redirect_uri is left out, which OpenID Connect does not allow.',
    section: 'OpenID Connect Core section 3.1.2.1',
    holds: call =>
      (isRequest(call) || call.endpoint === 'par') &&
      redirect(call) === undefined &&
      one(call, 'request_uri') === undefined &&
      !isUnreadable(call),
  },
  client_unregistered: {
    say: 'The client was not registered before this request.',
    section: 'RFC 6749 section 2.4',
    holds: ({ clientId }, client) => clientId !== undefined && client?.registered !== true,
  },
  redirect_uri_slash: {
    say: 'The redirect_uri differs from a registered one by a slash.',
    section: 'RFC 6749 section 3.1.2.3, RFC 9700 section 2.1',
    holds: (call, client) => missRegistered(call, client) === 'slash',
  },
  redirect_uri_case: {
    say: 'The redirect_uri differs from a registered one by upper and lower case.',
    section: 'RFC 6749 section 3.1.2.3, RFC 9700 section 2.1',
    holds: (call, client) => missRegistered(call, client) === 'case',
  },
  redirect_uri_differs: {
    say: 'The redirect_uri is none of the registered ones.',
    section: 'RFC 6749 section 3.1.2.3, RFC 9700 section 2.1',
    holds: (call, client) => missRegistered(call, client) === 'whole',
  },
  redirect_uri_insecure: {
    say: 'The redirect_uri is plain http off the loopback interface.',
    section: 'RFC 9700 section 2.6',
    holds: call => {
      const shown = redirect(call)
      const url = shown === undefined ? undefined : parseUrl(shown)
      if (url === undefined) return false
      const { protocol, hostname } = url
      return protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname)
    },
  },
}

/** Judges one request, whatever was answered to it. `client` is undefined where the provider knew none. */
export const findFindings = (call: ParsedCall, client: ClientFacts | undefined): readonly Finding[] =>
  (Object.entries(RULES) as [FindingCode, Rule][])
    .filter(([, rule]) => rule.holds(call, client))
    .map(([code, { say, section }]) => ({ code, say, section }))
