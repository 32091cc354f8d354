import type { Claims, EpochSeconds, Issuer, TokenDigest } from '@gatehouse/protocol'
import type { Facts } from '../src/facts.ts'
import type { IntrospectionConfig, IssuerConfig } from '../src/issuer/config.ts'
import type { AskInit, Ports } from '../src/ports.ts'
import { profileAnswer, profileJwt } from '../src/token/profile.ts'

export const NOW = 1_700_000_000
export const ISSUER = 'https://login.example.com'
export const API = 'https://api.example.com'

export const makeIntrospection = (over: Partial<IntrospectionConfig> = {}): IntrospectionConfig => ({
  endpoint: `${ISSUER}/introspect`,
  client: { auth: 'client_secret_basic', id: 'gateway', secret: 's3cret', encoding: 'form' },
  method: 'POST',
  tokenIn: 'body',
  tokenParam: 'token',
  hint: true,
  accept: 'json',
  answerAudience: undefined,
  decryption: undefined,
  activeWhen: 'active',
  inactiveWhen: [],
  refusedWhen: [{ status: 401, member: undefined, equals: undefined }],
  zeroExpMeansNone: false,
  tokenType: 'any',
  timeout: 3,
  maxInFlight: 100,
  ttl: 30,
  negativeTtl: 5,
  entries: 100,
  serveStale: 0,
  ...over,
})

export const makeConfig = (
  over: Partial<IssuerConfig> = {},
  introspection: Partial<IntrospectionConfig> = {},
): IssuerConfig => ({
  name: 'main',
  issuer: ISSUER as Issuer,
  audience: new Set([API]),
  tokens: 'either',
  discovery: true,
  algorithms: new Set(['RS256']),
  typ: 'any',
  clockTolerance: 5,
  keys: { kind: 'none' },
  scopeSeparator: 'space',
  tls: undefined,
  insecureHttp: false,
  introspection: makeIntrospection(introspection),
  grants: undefined,
  userinfo: { endpoint: undefined, timeout: 3, ttl: 60, entries: 100 },
  revocation: { audience: new Set(['gateway']), lifetime: 86_400 },
  digest: 'digest-of-main',
  ...over,
})

export const digest = (text: string): TokenDigest => `digest of ${text}` as TokenDigest

export interface Sent {
  readonly url: URL
  readonly init: AskInit
  readonly form: URLSearchParams
}

/** Ports with a clock that the test moves and a network that the test plays. */
export function playPorts(answer: (sent: Sent) => Response | Promise<Response>) {
  const clock = { now: NOW }
  const sent: Sent[] = []
  const ports: Ports = {
    now: () => clock.now as EpochSeconds,
    random: bytes => new Uint8Array(bytes),
    fetch: async (url, init) => {
      const one = { url: new URL(url), init, form: new URLSearchParams(init.body ?? '') }
      sent.push(one)
      return answer(one)
    },
  }
  return { clock, sent, ports }
}

export const json = (value: unknown, status = 200, type = 'application/json'): Response =>
  new Response(JSON.stringify(value), { status, headers: { 'content-type': type } })

export function jwtFacts(claims: Claims = {}, config: IssuerConfig = makeConfig()): Facts {
  const outcome = profileJwt(config, { iss: ISSUER, aud: API, sub: 'alice', exp: NOW + 3600, ...claims })
  if (!outcome.ok) throw new Error(outcome.rejection.cause)
  return outcome.value
}

export function answerFacts(answer: Claims = {}, config: IssuerConfig = makeConfig()): Facts {
  const outcome = profileAnswer(config, { active: true, ...answer })
  if (!outcome.ok) throw new Error(outcome.rejection.cause)
  return outcome.value
}
