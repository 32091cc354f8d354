import type { GatewayOptions, MintingOptions, RouteOptions, UpstreamOptions } from './options.ts'

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

export const LIMITS = {
  headers: 16_384,
  fields: 100,
  token: 8192,
  body: 104_857_600,
  concurrency: 100,
  waiting: 1024,
  eventLoopDelay: '500ms',
} as const

/** Requests that may wait for a connection, for each connection allowed, and at the most: those behind them would wait for all of these. */
const QUEUE_PER_CONNECTION = 16
const LONGEST_QUEUE = 1024

export const effectiveUpstream = (
  options: UpstreamOptions,
): UpstreamOptions & Required<Omit<UpstreamOptions, 'token'>> => ({
  ...UPSTREAM,
  queue: Math.min(LONGEST_QUEUE, (options.connections ?? UPSTREAM.connections) * QUEUE_PER_CONNECTION),
  ...options,
})

export const effectiveCors = (
  cors: NonNullable<RouteOptions['cors']>,
): Required<NonNullable<RouteOptions['cors']>> => ({
  ...CORS,
  ...cors,
})

/** How tokens are made, also where a route asks for them and nothing else is said. Undefined where nobody asks. */
export const mintingOf = ({
  minting,
  routes,
}: Pick<GatewayOptions, 'minting' | 'routes'>): MintingOptions | undefined =>
  minting ?? ([routes].flat().some(({ identity }) => identity?.token === 'mint') ? {} : undefined)

export const effectiveMinting = (minting: MintingOptions): MintingOptions => ({ lifetime: '60s', ...minting })

/** A route with its defaults, as a user would write it. */
export const effectiveRoute = (route: RouteOptions): RouteOptions => ({
  ...route,
  identity: { headers: {}, token: 'strip', userinfo: false, ...route.identity },
  ...(route.cors === undefined ? {} : { cors: effectiveCors(route.cors) }),
  target: { allow: [], ...route.target },
  stream: { grace: '0s', ...route.stream },
})
