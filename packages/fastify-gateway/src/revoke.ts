import { type DeniedBy, RevocationError, type WantedDenial } from '@gatehouse/verifier'

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
  /** The configuration's name of the issuer, or its `iss`. Default: tokens of every issuer. */
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

/** A revocation in the verifier's words. Throws a RevocationError that names the member. */
export function readRevocation(revocation: Revocation): WantedDenial {
  const named = Object.entries(revocation).filter(([, value]) => value !== undefined)
  const unknown = named.find(([name]) => !Object.hasOwn(BY, name) && !OTHERS.includes(name))
  if (unknown !== undefined)
    throw new RevocationError(`${unknown[0]}: is not known (jti, sid, sub, client_id; ${OTHERS.join(', ')})`)
  const [first, second] = named.filter(([name]) => Object.hasOwn(BY, name))
  if (first === undefined || second !== undefined) {
    throw new RevocationError('a revocation names exactly one of jti, sid, sub and client_id')
  }
  const [name, value] = first
  if (typeof value !== 'string' || value === '')
    throw new RevocationError(`${name}: is no text (what tokens have there)`)
  const { issuer, before, until } = revocation
  if (issuer !== undefined && typeof issuer !== 'string')
    throw new RevocationError('issuer: is no text (the name or the iss of an issuer)')
  for (const [member, time] of [
    ['before', before],
    ['until', until],
  ] as const) {
    if (time !== undefined && (!Number.isFinite(time) || time < 0))
      throw new RevocationError(`${member}: is no time (epoch seconds)`)
  }
  return {
    by: BY[name as keyof typeof BY],
    value,
    ...(issuer === undefined ? {} : { issuer }),
    ...(before === undefined ? {} : { issuedBefore: before }),
    ...(until === undefined ? {} : { until }),
  }
}
