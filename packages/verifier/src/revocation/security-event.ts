import type { Claims } from '@gatehouse/protocol'
import { isJsonObject } from '../json.ts'
import { accept, type Outcome, refuse } from '../outcome.ts'
import { claimOf, textOf } from '../token/claims.ts'
import type { Denial } from './deny-list.ts'
import { endOf } from './logout-token.ts'
import type { Statement, StatementKind } from './statement.ts'

/** RFC 8417 section 2.3 recommends the type. Delivery may take as long as the revocation is worth remembering. */
export const SECURITY_EVENT: StatementKind = {
  types: new Set(['secevent+jwt', 'jwt', undefined]),
  oldest: config => config.revocation.lifetime,
}

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/'

/** Events after which tokens issued so far are worth nothing (CAEP 1.0 section 3, RISC 1.0 section 2). Others change nothing here. */
const ENDING: ReadonlySet<string> = new Set([
  `${CAEP}session-revoked`,
  `${RISC}account-disabled`,
  `${RISC}account-purged`,
  `${RISC}account-credential-change-required`,
  `${RISC}credential-compromise`,
  `${RISC}sessions-revoked`,
])

/** Who an event is about, in the terms of tokens. */
interface Subject {
  readonly sub?: string
  readonly sid?: string
  readonly jti?: string
}

/**
 * What a security event token ends. Only tokens issued up to its `iat`: when the event itself happened does not matter, since whoever
 * compromised a credential may have got tokens since. Events of other types end nothing and are fine.
 */
export function readSecurityEvent(statement: Statement): Outcome<readonly Denial[]> {
  const { config, issuedAt, events } = statement
  const bounds = { issuer: config.name, issuedBefore: issuedAt, until: issuedAt + config.revocation.lifetime }
  const denials: Denial[] = []
  for (const [type, event] of Object.entries(events)) {
    if (!ENDING.has(type)) continue
    const subject = findSubject(statement, isJsonObject(event) ? event : {})
    if (subject === undefined) {
      const cause = 'the event names nobody whom tokens of its issuer name'
      return refuse({ code: 'claim_missing', issuer: config.name, cause })
    }
    if (subject.jti !== undefined)
      denials.push({ issuer: bounds.issuer, until: bounds.until, by: 'jti', value: subject.jti })
    denials.push(...endOf(subject.sub, subject.sid, bounds))
  }
  return accept(denials)
}

/** `sub_id` (RFC 9493 section 4.1), else the event's own `subject` as older transmitters have it, else `sub`. */
function findSubject({ config, claims }: Statement, event: Claims): Subject | undefined {
  const identifier = claimOf(claims, 'sub_id') ?? claimOf(event, 'subject')
  if (isJsonObject(identifier)) return readIdentifier(identifier, config.issuer)
  const sub = textOf(claims, 'sub')
  return sub === undefined ? undefined : { sub }
}

/** Subject identifiers (RFC 9493 section 3.2, OpenID Shared Signals Framework 1.0 section 3). An issuer speaks of its own subjects only. */
function readIdentifier(identifier: Claims, issuer: string): Subject | undefined {
  if (isJsonObject(claimOf(identifier, 'user')) || isJsonObject(claimOf(identifier, 'session'))) {
    return readComplex(identifier, issuer)
  }
  const format = (textOf(identifier, 'format') ?? textOf(identifier, 'subject_type'))?.replaceAll('-', '_')
  const about = claimOf(identifier, 'iss')
  if (about !== undefined && about !== issuer) return undefined
  const [name, member] = MEMBERS.get(format ?? '') ?? []
  const value = name === undefined || member === undefined ? undefined : textOf(identifier, member)
  return name === undefined || value === undefined ? undefined : { [name]: value }
}

/** What the value of a format is, and which member holds it. */
const MEMBERS: ReadonlyMap<string, readonly [keyof Subject, string]> = new Map([
  ['iss_sub', ['sub', 'sub']],
  ['opaque', ['sub', 'id']],
  ['jwt_id', ['jti', 'jti']],
] as const)

/** A session of a user, a session, or a user, wherever it was: the device is not known to tokens. */
function readComplex(identifier: Claims, issuer: string): Subject | undefined {
  const user = claimOf(identifier, 'user')
  const session = claimOf(identifier, 'session')
  const sub = isJsonObject(user) ? readIdentifier(user, issuer)?.sub : undefined
  const sid = isJsonObject(session) ? readIdentifier(session, issuer)?.sub : undefined
  if (sub === undefined && sid === undefined) return undefined
  return { ...(sub === undefined ? {} : { sub }), ...(sid === undefined ? {} : { sid }) }
}
