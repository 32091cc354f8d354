import type { Claims, EpochSeconds, TokenDigest } from '@gatehouse/protocol'
import type { Facts } from '../src/facts.ts'
import type { IntrospectionConfig, IssuerConfig } from '../src/issuer/config.ts'
import { checkIssuers } from '../src/issuer/parse.ts'
import type { AskInit, Ports } from '../src/ports.ts'
import { profileAnswer, profileJwt } from '../src/token/profile.ts'

export const NOW = 1_700_000_000
export const ISSUER = 'https://login.example.com'
export const API = 'https://api.example.com'

/** An ordinary issuer, with the defaults that users have. */
const ORDINARY = parseOrdinary()

function parseOrdinary() {
  const client = { id: 'gateway', secret: 's3cret' }
  const introspection = { endpoint: `${ISSUER}/introspect`, client, cache: { entries: 100 } }
  const [config] = checkIssuers({
    main: { issuer: ISSUER, audience: API, algorithms: ['RS256'], introspection },
  }).configs
  if (config?.introspection === undefined) throw new Error('the options of an ordinary issuer are right')
  return { ...config, introspection: config.introspection }
}

export const makeIntrospection = (over: Partial<IntrospectionConfig> = {}): IntrospectionConfig => ({
  ...ORDINARY.introspection,
  ...over,
})

export const makeConfig = (
  over: Partial<IssuerConfig> = {},
  introspection: Partial<IntrospectionConfig> = {},
): IssuerConfig => ({
  ...ORDINARY,
  keys: { kind: 'none' },
  introspection: makeIntrospection(introspection),
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
