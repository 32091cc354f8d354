import { parseDuration } from '@gatehouse/configuration'
import type { JsonObject } from '@gatehouse/protocol'

/** How refresh tokens live and are replaced (RFC 6749 section 6, RFC 9700 section 4.14). Times in seconds of the tenant's clock. */
export interface RefreshPolicy {
  /** Of one token, from its issue. */
  readonly lifetime: number
  /** Each use replaces the token. */
  readonly rotate: boolean
  /** How long a replaced token may still be used, for answers that were lost on the way. Default 0. */
  readonly grace?: number
  /** What the use of a replaced token does: `revoke` (default) ends the whole family, `refuse` only refuses. */
  readonly reuse?: 'revoke' | 'refuse'
  /** A family that is not used for so long is over. Default: no such limit. */
  readonly idle?: number
  /** A family is over so long after its first token, however it is used. Default: no such limit. */
  readonly absolute?: number
}

export const REFRESH_POLICY_MEMBERS: readonly string[] = ['lifetime', 'rotate', 'grace', 'reuse', 'idle', 'absolute']

/** The members given, and those that are not what they must be. */
export interface ReadPolicy {
  readonly policy: Partial<RefreshPolicy>
  readonly wrong: readonly { readonly name: string; readonly allowed: string }[]
}

export function readRefreshPolicy(value: JsonObject): ReadPolicy {
  const policy: Record<string, unknown> = {}
  const wrong: { name: string; allowed: string }[] = []
  for (const name of ['lifetime', 'grace', 'idle', 'absolute']) {
    const given = value[name]
    if (given === undefined) continue
    const seconds = parseDuration(given)
    if (seconds === undefined) wrong.push({ name, allowed: 'a duration such as 30s, 10m or 1h, or seconds' })
    else policy[name] = Math.floor(seconds)
  }
  const { rotate, reuse } = value
  if (rotate !== undefined && typeof rotate !== 'boolean') wrong.push({ name: 'rotate', allowed: 'true or false' })
  else if (rotate !== undefined) policy.rotate = rotate
  if (reuse !== undefined && reuse !== 'revoke' && reuse !== 'refuse')
    wrong.push({ name: 'reuse', allowed: 'revoke or refuse' })
  else if (reuse !== undefined) policy.reuse = reuse
  return { policy, wrong }
}

/** When a refresh token ends that is issued or used now; `startedAt` is the beginning of its family. */
export function refreshExpiry(policy: RefreshPolicy, issuedAt: number, usedAt: number, startedAt: number): number {
  const { lifetime, idle, absolute } = policy
  return Math.min(
    issuedAt + lifetime,
    idle === undefined ? Number.POSITIVE_INFINITY : usedAt + idle,
    absolute === undefined ? Number.POSITIVE_INFINITY : startedAt + absolute,
  )
}
