import type { JsonObject } from '@gatehouse/protocol'
import type { IntrospectionConfig } from '../../src/issuer/config.ts'
import { accept, type Outcome, refuse } from '../../src/outcome.ts'
import { createIntrospector, type IssuerAccess } from '../../src/token/introspection.ts'
import { digest, json, makeConfig, playPorts, type Sent } from '../configs.ts'

/** Endpoints that are known, and no keys. */
export const ACCESS: IssuerAccess = {
  endpoint: async () => accept('https://login.example.com/introspect'),
  tokenEndpoint: async () => accept('https://login.example.com/token'),
  keys: { find: () => refuse({ code: 'key_unknown' }) },
}

/** An introspector, the network that the test plays for it, and short ways to ask it. */
export function playIntrospector(
  over: Partial<IntrospectionConfig>,
  answer: (sent: Sent) => Response | Promise<Response>,
  endpoint: () => Promise<Outcome<string>> = async () => accept('https://login.example.com/introspect'),
  access: Partial<IssuerAccess> = {},
) {
  const played = playPorts(answer)
  const health: string[] = []
  const introspector = createIntrospector(makeConfig({}, over), { ...ACCESS, endpoint, ...access }, played.ports, {
    ready: () => health.push('ready'),
    down: cause => health.push(cause),
  })
  const ask = async (token = 'opaque') => introspector.introspect(token, digest(token))
  const codeOf = async (token = 'opaque') => {
    const outcome = await ask(token)
    return outcome.ok ? 'ok' : outcome.rejection.code
  }
  return { ...played, introspector, ask, codeOf, health }
}

export const active = (claims: JsonObject = {}) => json({ active: true, sub: 'alice', ...claims })
