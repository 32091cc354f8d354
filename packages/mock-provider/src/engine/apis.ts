import { judgeMembers } from './members.ts'
import { Refusal } from './refusal.ts'
import { Registry } from './registry.ts'
import type { TokenFormat } from './settings.ts'

/** An API connection: a protected resource with scopes and introspection credentials of its own. */
export interface Api {
  readonly id: string
  readonly secret: string | undefined
  /** Its own scopes: the only ones it is told about. */
  readonly scopes: readonly string[]
  /** `aud` of its access tokens; the id where nothing else is said. */
  readonly audience: string
  readonly format: TokenFormat | undefined
  /** Seconds. */
  readonly lifetime: number | undefined
}

export type Apis = Registry<Api>

export const createApis = (base: ReadonlyMap<string, Api>): Apis => new Registry(base, parseApi)

const MEMBERS = {
  secret: 'text',
  scopes: 'texts',
  audience: 'text',
  format: ['jwt', 'opaque'],
  lifetime: 'seconds',
} as const

export function parseApi(id: string, value: unknown): Api | Refusal {
  const problems = judgeMembers(value, MEMBERS)
  if (problems.length > 0) return new Refusal('invalid_request', problems.join('; '))
  const { secret, scopes = [id], audience = id, format, lifetime } = value as Partial<Api>
  return { id, secret, scopes: [...scopes], audience, format, lifetime }
}

/** The API connections that an access token is for: by audience, or by the scopes granted where no audience was asked for. */
export function apisOf(apis: Apis, audience: readonly string[], scope: readonly string[]): readonly Api[] {
  const found: Api[] = []
  for (const [, api] of apis.entries()) {
    const isMeant =
      audience.length > 0
        ? audience.includes(api.audience) || audience.includes(api.id)
        : api.scopes.some(word => scope.includes(word))
    if (isMeant) found.push(api)
  }
  return found
}
