import type { Problem } from '@gatehouse/configuration'
import type { JsonObject, SignatureAlgorithm } from '@gatehouse/protocol'
import { isObject } from './engine/members.ts'
import { PROFILE_NAMES, type ProfileName } from './engine/profiles.ts'
import { REFRESH_POLICY_MEMBERS } from './engine/refresh-policy.ts'
import type { Settings, TokenFormat } from './engine/settings.ts'
import { GRANTS } from './grants/index.ts'
import { at, OptionReader, refuseUnknown } from './option-reader.ts'

type Duration = string | number

/** How a tenant behaves where the standards leave a choice. */
export interface SettingsOptions {
  /** `aud` of access tokens for which nothing else names one. Default: the issuer. */
  readonly audience?: string
  /** Default `{format: 'jwt', alg: 'RS256', lifetime: '1h'}`. */
  readonly accessToken?: {
    readonly format?: TokenFormat
    readonly alg?: SignatureAlgorithm
    readonly lifetime?: Duration
  }
  /** Default `{alg: 'RS256', lifetime: '1h'}`; a client's `id_token_signed_response_alg` wins. */
  readonly idToken?: { readonly alg?: SignatureAlgorithm; readonly lifetime?: Duration }
  /** Default `{lifetime: '60s'}`. */
  readonly code?: { readonly lifetime?: Duration }
  /**
   * Default `{lifetime: '30d', rotate: true, grace: '0s', reuse: 'revoke'}`. `grace`: how long a replaced token may still be used. `reuse`: whether
   * the use of a replaced one revokes the family or is only refused. `idle` and `absolute`: when a family is over. A client's
   * `refresh_token_policy` goes over it.
   */
  readonly refreshToken?: {
    readonly lifetime?: Duration
    readonly rotate?: boolean
    readonly grace?: Duration
    readonly reuse?: 'revoke' | 'refuse'
    readonly idle?: Duration
    readonly absolute?: Duration
  }
  /** Default `{lifetime: '24h'}`, and no `idle`: how long a session lives without being used. */
  readonly session?: { readonly lifetime?: Duration; readonly idle?: Duration }
  /** The grants that work; `implicit` is for what the browser brings itself. Default: all but `password` (RFC 9700 section 2.4). */
  readonly grantTypes?: readonly string[]
  /** Default `{lifetime: '10m', interval: '5s'}` (RFC 8628 section 3.2). */
  readonly device?: { readonly lifetime?: Duration; readonly interval?: Duration }
  /** Default `{lifetime: '2m', interval: '5s'}` (CIBA Core section 7.3). */
  readonly ciba?: { readonly lifetime?: Duration; readonly interval?: Duration }
  /** `nonce: 'required'`: DPoP proofs must carry a nonce of ours (RFC 9449 sections 8 and 9). Default `off`. */
  readonly dpop?: { readonly nonce?: 'off' | 'required' }
  /**
   * Where client certificates come from (RFC 8705). `connection` (default): from the TLS connection, where the adapter has one. `header`: from
   * `Client-Cert` too (RFC 9440), as behind a proxy that ends TLS.
   */
  readonly clientCertificates?: 'connection' | 'header'
  /** By `iss`: whose assertions are taken for the JWT bearer grant (RFC 7523 section 2.1), beside those of clients: `{jwks}` or `{jwks_uri}`. */
  readonly trustedIssuers?: Readonly<Record<string, JsonObject>>
  /**
   * `lenient-recording` (default) refuses what the standards refuse; what a profile would refuse beyond that is in the journal. `oauth2.1` and
   * `fapi2` refuse it.
   */
  readonly profile?: ProfileName
  /** `explicit`: a user is asked once what a client may have, unless the client's `consent` says `implicit`. Default `implicit`: nobody is asked but by `prompt=consent`; `never`: not even then. */
  readonly consent?: 'implicit' | 'explicit' | 'never'
  /** Authentication context classes that can be reached, the weakest first. Default: any that a request asks for. */
  readonly acr?: readonly string[]
  /** Scopes that tell of a user: `{NAME: {claims, required}}`, over the standard ones. Nobody is let in who lacks a required claim. */
  readonly scopes?: Readonly<
    Record<string, { readonly claims?: readonly string[]; readonly required?: readonly string[] }>
  >
  /** Default `{lifetime: '60s', required: false}` (RFC 9126). */
  readonly pushedRequests?: { readonly lifetime?: Duration; readonly required?: boolean }
  /** Default `{required: false}`: whether an authorization request must be a request object (RFC 9101). */
  readonly requestObjects?: { readonly required?: boolean }
  /** Types of `authorization_details` that are known (RFC 9396). Default: any. */
  readonly authorizationDetails?: readonly string[]
  /** Default `{enabled: true}`: whether clients may register themselves (RFC 7591), and what token they must show for it, if any. */
  readonly registration?: { readonly enabled?: boolean; readonly initialAccessToken?: string }
  /**
   * Where the endpoints are for browsers (`authorization_endpoint`, `end_session_endpoint`) and for clients (all others), where that is not the
   * issuer's origin, as between containers: origins such as `http://mock:4010`. `backChannel: 'request'` is the origin by which the metadata was
   * asked for. The issuer stays what it is.
   */
  readonly origins?: { readonly browser?: string; readonly backChannel?: string }
}

/** One option: the members it has, if it is a group of them, and how it is read over what there was. */
interface Row {
  readonly members?: readonly string[]
  readonly read: (read: OptionReader, base: Settings) => Partial<Settings>
}

const ROWS: { readonly [N in keyof Required<SettingsOptions>]: Row } = {
  audience: { read: (read, base) => ({ audience: read.text(base.audience) }) },
  accessToken: {
    members: ['format', 'alg', 'lifetime'],
    read: (read, { accessToken: base }) => ({
      accessToken: {
        format: read.choice('format', ['jwt', 'opaque'], base.format),
        alg: read.algorithm(base.alg),
        lifetime: read.seconds('lifetime', base.lifetime),
      },
    }),
  },
  idToken: {
    members: ['alg', 'lifetime'],
    read: (read, { idToken: base }) => ({
      idToken: { alg: read.algorithm(base.alg), lifetime: read.seconds('lifetime', base.lifetime) },
    }),
  },
  code: {
    members: ['lifetime'],
    read: (read, { code: base }) => ({ code: { lifetime: read.seconds('lifetime', base.lifetime) } }),
  },
  refreshToken: {
    members: REFRESH_POLICY_MEMBERS,
    read: (read, base) => ({ refreshToken: { ...base.refreshToken, ...read.refreshPolicy() } }),
  },
  session: {
    members: ['lifetime', 'idle'],
    read: (read, { session: base }) => ({
      session: { lifetime: read.seconds('lifetime', base.lifetime), idle: read.seconds('idle', base.idle) },
    }),
  },
  grantTypes: { read: (read, base) => ({ grantTypes: read.texts(base.grantTypes, GRANT_NAMES) }) },
  device: {
    members: ['lifetime', 'interval'],
    read: (read, { device: base }) => ({
      device: { lifetime: read.seconds('lifetime', base.lifetime), interval: read.seconds('interval', base.interval) },
    }),
  },
  ciba: {
    members: ['lifetime', 'interval'],
    read: (read, { ciba: base }) => ({
      ciba: { lifetime: read.seconds('lifetime', base.lifetime), interval: read.seconds('interval', base.interval) },
    }),
  },
  dpop: {
    members: ['nonce'],
    read: (read, { dpop: base }) => ({ dpop: { nonce: read.choice('nonce', ['off', 'required'], base.nonce) } }),
  },
  clientCertificates: {
    read: (read, base) => ({
      clientCertificates: read.word(['connection', 'header'], base.clientCertificates),
    }),
  },
  trustedIssuers: { read: (read, base) => ({ trustedIssuers: read.objects(base.trustedIssuers) }) },
  profile: { read: (read, base) => ({ profile: read.word(PROFILE_NAMES, base.profile) }) },
  consent: { read: (read, base) => ({ consent: read.word(['implicit', 'explicit', 'never'], base.consent) }) },
  acr: { read: (read, base) => ({ acr: read.texts(base.acr) }) },
  scopes: { read: (read, base) => ({ scopes: read.scopes(base.scopes) }) },
  pushedRequests: {
    members: ['lifetime', 'required'],
    read: (read, { pushedRequests: base }) => ({
      pushedRequests: {
        lifetime: read.seconds('lifetime', base.lifetime),
        required: read.flag('required', base.required),
      },
    }),
  },
  requestObjects: {
    members: ['required'],
    read: (read, { requestObjects: base }) => ({ requestObjects: { required: read.flag('required', base.required) } }),
  },
  authorizationDetails: { read: (read, base) => ({ authorizationDetails: read.texts(base.authorizationDetails) }) },
  registration: {
    members: ['enabled', 'initialAccessToken'],
    read: (read, { registration: base }) => ({
      registration: {
        enabled: read.flag('enabled', base.enabled),
        initialAccessToken: read.textAt('initialAccessToken', base.initialAccessToken),
      },
    }),
  },
  origins: {
    members: ['browser', 'backChannel'],
    read: (read, { origins: base }) => ({
      origins: {
        browser: read.origin('browser', base.browser),
        backChannel: read.origin('backChannel', base.backChannel, ['request']),
      },
    }),
  },
}

const GRANT_NAMES = [...GRANTS.map(({ grantType }) => grantType), 'implicit']

export const SETTINGS_MEMBERS: readonly string[] = Object.keys(ROWS)

/** What was given over `base`; every mistake is added to `problems`. */
export function parseSettings(options: SettingsOptions, base: Settings, path: string, problems: Problem[]): Settings {
  let settings = base
  for (const [name, { members, read }] of Object.entries(ROWS)) {
    const value: unknown = options[name as keyof SettingsOptions]
    if (value === undefined) continue
    const where = at(path, name)
    if (members !== undefined && !isObject(value)) problems.push({ path: where, message: 'is not an object' })
    else {
      if (members !== undefined) refuseUnknown(value as object, members, where, problems)
      settings = { ...settings, ...read(new OptionReader(value, where, problems), base) }
    }
  }
  return settings
}
