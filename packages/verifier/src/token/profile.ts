import type { Claims, Confirmation, EpochSeconds, JsonObject } from '@gatehouse/protocol'
import { type Facts, sealFacts } from '../facts.ts'
import type { IssuerConfig } from '../issuer/config.ts'
import { type Outcome, refuse } from '../outcome.ts'
import type { Source } from '../principal.ts'
import type { Code } from '../rejections.ts'
import {
  claimOf,
  readAudience,
  readClient,
  readConfirmation,
  readOptionalTime,
  readScopes,
  readTime,
  textOf,
} from './claims.ts'

/** RFC 9068 section 2.2. */
const AT_JWT_CLAIMS = ['exp', 'aud', 'sub', 'client_id', 'iat', 'jti'] as const

/** Clocks of issuers run apart; an `iat` further ahead than this (seconds), or than the issuer's tolerance, is from no honest clock. */
const ISSUED_AHEAD = 60

/**
 * Facts of a JWT whose signature and `iss` are verified. `exp` is required and a number; `typ: at+jwt` requires what RFC 9068 section 2.2
 * does. Time is judged where `now` is given, before the facts are put together, which is most of the work; audience and scope are not: see
 * policy/authorize.ts.
 */
export function profileJwt(config: IssuerConfig, claims: Claims, now?: number): Outcome<Facts> {
  for (const name of config.typ === 'at+jwt' ? AT_JWT_CLAIMS : (['exp'] as const)) {
    if ((claimOf(claims, name) ?? '') === '') return no(config, 'claim_missing', `the token has no ${name}`)
  }
  // RFC 7519 section 4.1.2: a text. The number 1 and the text "1" must not be one user, nor two.
  if (typeof (claimOf(claims, 'sub') ?? '') !== 'string') return malformed(config, 'sub')
  if (!isWritable(claims)) return malformed(config, 'sub')
  const expiry = readTime(claims, 'exp')
  const notBefore = readTime(claims, 'nbf')
  const issuedAt = readTime(claims, 'iat')
  const confirmation = readConfirmation(claims)
  if (expiry === 'malformed' || expiry === undefined) return malformed(config, 'exp')
  if (notBefore === 'malformed') return malformed(config, 'nbf')
  if (issuedAt === 'malformed') return malformed(config, 'iat')
  if (confirmation === 'malformed') return malformed(config, 'cnf')
  const earliestIssue = (issuedAt ?? -Infinity) - Math.max(ISSUED_AHEAD, config.clockTolerance)
  const validUntil = expiry + config.clockTolerance
  const validFrom = Math.max(earliestIssue, (notBefore ?? -Infinity) - config.clockTolerance)
  if (now !== undefined && now >= validUntil) return refuse({ code: 'token_expired', issuer: config.name })
  if (now !== undefined && now < validFrom) return refuse({ code: 'token_not_yet_valid', issuer: config.name })
  return seal(config, claims, {
    source: 'jwt',
    expiry,
    validUntil,
    validFrom,
    issuedAt,
    authTime: readOptionalTime(claims, 'auth_time', false),
    confirmation,
  })
}

/**
 * Facts of an active introspection answer (RFC 7662 section 2.2). `exp` may be digits in quotes, or absent; 0 means "never" only under
 * `zeroExpMeansNone`. `exp` gets no tolerance, since the issuer has just judged it by its own clock; `nbf` does; `iat` is not judged.
 */
export function profileAnswer(config: IssuerConfig, answer: JsonObject): Outcome<Facts> {
  const issuer = claimOf(answer, 'iss')
  const blank = typeof issuer === 'string' && issuer.trim() === ''
  if (issuer !== undefined && !blank && issuer !== config.issuer) {
    return no(config, 'issuer_unknown', 'the answer names another issuer than the one asked')
  }
  if (!isWritable(answer)) return malformed(config, 'sub')
  if (isRefreshToken(config, answer)) return no(config, 'token_type_mismatch', 'the answer describes a refresh token')
  const told = readTime(answer, 'exp', true)
  const notBefore = readTime(answer, 'nbf', true)
  const confirmation = readConfirmation(answer)
  if (told === 'malformed') return malformed(config, 'exp')
  if (notBefore === 'malformed') return malformed(config, 'nbf')
  if (confirmation === 'malformed') return malformed(config, 'cnf')
  const expiry = told === 0 && config.introspection?.zeroExpMeansNone === true ? undefined : told
  return seal(config, answer, {
    source: 'introspection',
    expiry,
    validUntil: expiry ?? Infinity,
    validFrom: (notBefore ?? -Infinity) - config.clockTolerance,
    issuedAt: readOptionalTime(answer, 'iat', true),
    authTime: readOptionalTime(answer, 'auth_time', true),
    confirmation,
  })
}

/** Half a surrogate pair has no UTF-8: every such subject would be told to an upstream by the same replacement character. */
const isWritable = (claims: Claims): boolean => !/\p{Surrogate}/u.test(textOf(claims, 'sub') ?? '')

/** Some engines answer for refresh tokens as for access tokens, only without `token_type`. */
function isRefreshToken(config: IssuerConfig, answer: JsonObject): boolean {
  const type = textOf(answer, 'token_type')
  if (type === undefined) return config.introspection?.tokenType === 'present'
  return type.toLowerCase() === 'refresh_token'
}

interface Reading {
  readonly source: Source
  readonly expiry: number | undefined
  readonly validUntil: number
  readonly validFrom: number
  readonly issuedAt: number | undefined
  readonly authTime: number | undefined
  readonly confirmation: Confirmation | undefined
}

function seal(config: IssuerConfig, claims: Claims, reading: Reading): Outcome<Facts> {
  const { source, expiry, confirmation, validFrom, validUntil, issuedAt, authTime } = reading
  return sealFacts(
    {
      source,
      issuerName: config.name,
      issuer: config.issuer,
      subject: textOf(claims, 'sub'),
      client: readClient(claims),
      scopes: readScopes(claims, config.scopeSeparator) ?? [],
      audience: readAudience(claims),
      expiresAt: expiry as EpochSeconds | undefined,
      confirmation,
      claims,
    },
    { validFrom, validUntil, issuedAt, authTime, acr: textOf(claims, 'acr') },
  )
}

const malformed = (config: IssuerConfig, claim: string) =>
  no(config, 'token_malformed', `the ${claim} of the token can not be read`)

const no = (
  config: IssuerConfig,
  code: Extract<Code, 'claim_missing' | 'token_malformed' | 'issuer_unknown' | 'token_type_mismatch'>,
  cause: string,
) => refuse({ code, issuer: config.name, cause })
