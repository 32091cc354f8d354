import type { MintingOptions, RouteOptions, UpstreamOptions } from './options.ts'

/** What the contract gives to whom writes nothing. */
const UPSTREAM = {
  connections: 128,
  connectTimeout: '2s',
  headersTimeout: '30s',
  bodyTimeout: '5m',
  retries: 0,
  http2: false,
  ca: null,
} as const

const CORS = { credentials: false, expose: [], maxAge: '10m' } as const

export const LIMITS = { headers: 16_384, token: 8192, body: 104_857_600 } as const

export const effectiveUpstream = (
  options: UpstreamOptions,
): UpstreamOptions & Required<Omit<UpstreamOptions, 'token'>> => ({ ...UPSTREAM, ...options })

export const effectiveCors = (
  cors: NonNullable<RouteOptions['cors']>,
): Required<NonNullable<RouteOptions['cors']>> => ({
  ...CORS,
  ...cors,
})

export const effectiveMinting = (minting: MintingOptions): MintingOptions => ({ lifetime: '60s', ...minting })

/** A route with its defaults, as a user would write it. */
export const effectiveRoute = (route: RouteOptions): RouteOptions => ({
  ...route,
  identity: { headers: {}, token: 'strip', userinfo: false, ...route.identity },
  ...(route.cors === undefined ? {} : { cors: effectiveCors(route.cors) }),
  target: { allow: [], ...route.target },
  stream: { grace: '0s', ...route.stream },
})
