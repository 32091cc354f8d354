import type { Denial, DeniedBy } from '@gatehouse/verifier'

/** Whose tokens shall not pass any more: exactly one of `jti`, `sid`, `sub` and `client_id`. */
export interface Revocation {
  /** One token. */
  readonly jti?: string
  /** The tokens of a session. */
  readonly sid?: string
  /** The tokens of a subject. */
  readonly sub?: string
  /** The tokens of a client. */
  readonly client_id?: string
  /** The configuration's name of the issuer. Default: tokens of every issuer. */
  readonly issuer?: string
  /** Epoch seconds: only tokens issued up to then. Default: every one. */
  readonly before?: number
  /** Epoch seconds: when it may be forgotten. Default: as long from now as the issuer's `revocation.lifetime`. */
  readonly until?: number
}

const BY: Readonly<Record<'jti' | 'sid' | 'sub' | 'client_id', DeniedBy>> = {
  jti: 'jti',
  sid: 'sid',
  sub: 'sub',
  client_id: 'client',
}
const OTHERS = ['issuer', 'before', 'until']

export type WantedDenial = Omit<Denial, 'until'> & { readonly until?: number }

/** A revocation in the verifier's words. Throws a TypeError that names the member. */
export function readRevocation(revocation: Revocation): WantedDenial {
  const named = Object.entries(revocation).filter(([, value]) => value !== undefined)
  const unknown = named.find(([name]) => !Object.hasOwn(BY, name) && !OTHERS.includes(name))
  if (unknown !== undefined)
    throw new TypeError(`${unknown[0]}: is not known (jti, sid, sub, client_id; ${OTHERS.join(', ')})`)
  const [first, second] = named.filter(([name]) => Object.hasOwn(BY, name))
  if (first === undefined || second !== undefined) {
    throw new TypeError('a revocation names exactly one of jti, sid, sub and client_id')
  }
  const [name, value] = first
  if (typeof value !== 'string' || value === '') throw new TypeError(`${name}: is no text (what tokens have there)`)
  const { issuer, before, until } = revocation
  for (const [member, time] of [
    ['before', before],
    ['until', until],
  ] as const) {
    if (time !== undefined && !Number.isFinite(time)) throw new TypeError(`${member}: is no time (epoch seconds)`)
  }
  return {
    by: BY[name as keyof typeof BY],
    value,
    ...(issuer === undefined ? {} : { issuer }),
    ...(before === undefined ? {} : { issuedBefore: before }),
    ...(until === undefined ? {} : { until }),
  }
}
