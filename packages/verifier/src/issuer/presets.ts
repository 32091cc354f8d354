import type { JsonValue } from '@gatehouse/protocol'
import { isJsonObject } from '../json.ts'
import type { IntrospectionOptions, IssuerOptions, PresetName } from '../options.ts'

type PresetOptions = Omit<Partial<IssuerOptions>, 'issuer' | 'audience' | 'preset'>

type System = 'serpense' | 'genauth' | 'code100' | 'oidc-op' | 'uaepass'

/** What differs from the defaults in each system. `{issuer}` stands for the issuer without a slash at its end. */
const SYSTEMS: { readonly [S in System]: PresetOptions } = {
  // The ID token is what is sent and asked about; answers have no `active`, and a token never seen is a 500 of the debugging page.
  serpense: {
    tokens: 'opaque',
    discovery: false,
    scopeSeparator: 'comma',
    introspection: {
      endpoint: '{issuer}/oauth/tokeninfo',
      client: { auth: 'none' },
      method: 'GET',
      tokenIn: 'query',
      tokenParam: 'id_token',
      hint: false,
      activeWhen: 'noError',
      inactiveWhen: [{ status: 500 }],
    },
  },
  // Introspection; its other call, validate_token, says `code: 400` for a token that is not valid, with whatever status. For that call write
  // endpoint, method: GET, tokenParam: access_token or id_token, activeWhen: claims and client: { auth: none }.
  genauth: {
    jwks: { uri: '{issuer}/.well-known/jwks.json' },
    introspection: {
      endpoint: '{issuer}/token/introspection',
      client: { auth: 'client_secret_post' },
      hint: false,
      inactiveWhen: [{ member: 'code', equals: 400 }],
      tokenType: 'present',
      basicEncoding: 'raw',
    },
  },
  // Wrong credentials of the API connection are a 401 without a body, which the default of `refusedWhen` covers.
  code100: {
    jwks: { uri: '{issuer}/.well-known/openid-configuration/jwks' },
    introspection: {
      endpoint: '{issuer}/connect/introspect',
      client: { auth: 'client_secret_post' },
      hint: true,
    },
  },
  // An expired JWT and wrong credentials have the same status and `error`; only the description tells them apart.
  'oidc-op': {
    jwks: { uri: '{issuer}/static/jwks.json' },
    introspection: {
      endpoint: '{issuer}/introspection',
      client: { auth: 'client_secret_basic' },
      inactiveWhen: [{ status: 400, member: 'error_description', equals: 'Token has expired' }],
      refusedWhen: [{ status: 400, member: 'error_description', equals: 'Authorization failed' }, { status: 401 }],
      zeroExpMeansNone: true,
      tokenType: 'present',
    },
  },
  // "Not active" is a 400 whose body is not always JSON. Nothing in the issuer's name says where the endpoints are.
  uaepass: {
    tokens: 'opaque',
    discovery: false,
    introspection: {
      client: { auth: 'client_secret_basic' },
      hint: false,
      inactiveWhen: [{ status: 400 }],
      refusedWhen: [{ status: 401 }],
    },
  },
}

/** Every name of every preset, and the system that it stands for. */
export const PRESETS: { readonly [P in PresetName]: System } = {
  serpense: 'serpense',
  magen: 'serpense',
  genauth: 'genauth',
  authing: 'genauth',
  code100: 'code100',
  grantid: 'code100',
  'oidc-op': 'oidc-op',
  uaepass: 'uaepass',
  vnpass: 'uaepass',
}

/**
 * The options with the preset's merged deeply under what the user wrote: objects member by member, everything else whole; null counts as
 * written. Keys written out (`jwks.keys`) or a `secret` take the place of the preset's `jwks`; another `activeWhen` drops its `tokenType`.
 * Without a known preset, the options as they are. Does not judge the result.
 */
export function applyPreset(options: IssuerOptions): IssuerOptions {
  const { preset, issuer } = options
  if (typeof preset !== 'string' || !Object.hasOwn(PRESETS, preset) || typeof issuer !== 'string') return options
  const base = issuer.endsWith('/') ? issuer.slice(0, -1) : issuer
  const { jwks, introspection, ...rest } = SYSTEMS[PRESETS[preset]]
  const bringsKeys = typeof options.secret === 'string' || (isJsonObject(options.jwks) && 'keys' in options.jwks)
  const chosen: PresetOptions = {
    ...rest,
    ...(bringsKeys || jwks === undefined ? {} : { jwks }),
    ...(introspection === undefined ? {} : { introspection: withoutTokenType(introspection, options.introspection) }),
  }
  return merge(fill(chosen as JsonValue, base), options as unknown as JsonValue) as unknown as IssuerOptions
}

/** Answers that another `activeWhen` is written for are of another call, and it is only RFC 7662's in which `token_type` says something. */
function withoutTokenType(preset: IntrospectionOptions, written: unknown): IntrospectionOptions {
  if (!isJsonObject(written) || written.activeWhen === undefined || written.activeWhen === 'active') return preset
  const { tokenType: _, ...others } = preset
  return others
}

/** `under` with `over` laid on it. */
function merge(under: JsonValue | undefined, over: JsonValue | undefined): JsonValue | undefined {
  if (over === undefined) return under
  if (!isJsonObject(under) || !isJsonObject(over)) return over
  const merged = new Map<string, JsonValue>(Object.entries(under))
  for (const [name, value] of Object.entries(over)) {
    const member = merge(ownMember(under, name), value)
    if (member !== undefined) merged.set(name, member)
  }
  return Object.fromEntries(merged)
}

const ownMember = (holder: { readonly [name: string]: JsonValue }, name: string): JsonValue | undefined =>
  Object.hasOwn(holder, name) ? holder[name] : undefined

/** `template` with the issuer's place filled in. */
function fill(template: JsonValue, issuer: string): JsonValue {
  if (typeof template === 'string') return template.replace('{issuer}', () => issuer)
  if (Array.isArray(template)) return template.map(member => fill(member, issuer))
  if (!isJsonObject(template)) return template
  return Object.fromEntries(Object.entries(template).map(([name, member]) => [name, fill(member, issuer)]))
}
