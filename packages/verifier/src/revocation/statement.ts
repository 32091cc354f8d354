import type { Claims } from '@gatehouse/protocol'
import type { IssuerConfig } from '../issuer/config.ts'
import type { KeyKeeper } from '../issuer/key-keeper.ts'
import { isJsonObject } from '../json.ts'
import { accept, type Outcome, refuse } from '../outcome.ts'
import { claimOf, readAudience, readTime, textOf } from '../token/claims.ts'
import { classify, type Jwt } from '../token/classify.ts'
import { findSigner, isAllowed } from '../token/jwt.ts'

/** An issuer whose word counts, and its keys. */
export interface Source {
  readonly config: IssuerConfig
  readonly keys: Pick<KeyKeeper, 'find'>
}

/** What a kind of security event token must be like. */
export interface StatementKind {
  /** Of `typ`, without the prefix `application/`, folded; undefined admits its absence. */
  readonly types: ReadonlySet<string | undefined>
  /** Seconds after `iat` for which it counts. */
  readonly oldest: (config: IssuerConfig) => number
}

/** A verified statement of an issuer: what it says happened. */
export interface Statement {
  readonly config: IssuerConfig
  readonly claims: Claims
  readonly issuedAt: number
  readonly events: Claims
}

const MAX_LENGTH = 16_384
/** Clocks may be that far apart at least, in seconds. */
const SLACK = 60

/**
 * Verifies a security event token (RFC 8417) of one of the issuers: type, algorithm, `iss`, `aud`, `iat`, `nbf`, `exp`, `jti`, `events`, and last
 * the signature. Does not judge which events these are. Does not look whether it was seen before: to deny twice what one statement denies
 * changes nothing.
 */
export async function verifyStatement(
  token: string,
  sources: ReadonlyMap<unknown, Source>,
  kind: StatementKind,
  now: number,
): Promise<Outcome<Statement>> {
  if (token.length > MAX_LENGTH) return refuse({ code: 'token_too_large' })
  const read = classify(token)
  if (read.shape !== 'jwt') return refuse({ code: 'token_malformed', cause: 'the statement is not a JWT' })
  const source = sources.get(claimOf(read.jwt.claims, 'iss'))
  if (source === undefined) return refuse({ code: 'issuer_unknown' })
  const statement = judge(source.config, read.jwt, kind, now)
  if (!statement.ok) return statement
  const keys = await source.keys.find(read.jwt)
  if (!keys.ok) return keys
  const signer = findSigner(source.config, token, read.jwt.alg, keys.value)
  return signer.ok ? statement : signer
}

function judge(config: IssuerConfig, { alg, typ, claims }: Jwt, kind: StatementKind, now: number): Outcome<Statement> {
  const issuer = config.name
  const slack = Math.max(SLACK, config.clockTolerance)
  if (!isAllowed(config, alg)) return refuse({ code: 'algorithm_not_allowed', issuer })
  if (!kind.types.has(typ?.toLowerCase().replace(/^application\//, ''))) {
    return refuse({ code: 'token_type_mismatch', issuer })
  }
  if (!readAudience(claims).some(name => config.revocation.audience.has(name))) {
    return refuse({ code: 'audience_mismatch', issuer })
  }
  const issuedAt = readTime(claims, 'iat')
  const expiry = readTime(claims, 'exp')
  const notBefore = readTime(claims, 'nbf')
  const events = claimOf(claims, 'events')
  if (typeof issuedAt !== 'number' || textOf(claims, 'jti') === undefined || !isJsonObject(events)) {
    return refuse({ code: 'claim_missing', issuer, cause: 'the statement lacks iat, jti or events' })
  }
  if (expiry === 'malformed') return refuse({ code: 'token_malformed', issuer, cause: 'the exp can not be read' })
  if (notBefore === 'malformed') return refuse({ code: 'token_malformed', issuer, cause: 'the nbf can not be read' })
  if (Math.max(issuedAt, notBefore ?? issuedAt) > now + slack) return refuse({ code: 'token_not_yet_valid', issuer })
  if (now > issuedAt + kind.oldest(config) + slack || (expiry !== undefined && now >= expiry + slack)) {
    return refuse({ code: 'token_expired', issuer })
  }
  return accept({ config, claims, issuedAt, events })
}
