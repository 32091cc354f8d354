import type { JsonObject } from '@gatehouse/protocol'
import { type Asked, FAILURES } from '../ask.ts'
import type { AnswerMatcher, IntrospectionConfig } from '../issuer/config.ts'
import { parseJsonObject } from '../json.ts'

/** What an issuer's answer comes to. `broken` is an outage, `refused` our own credentials' fault; neither says anything about the token. */
export type Verdict =
  | { readonly kind: 'active'; readonly answer: JsonObject }
  | { readonly kind: 'inactive' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'broken'; readonly why: string }

/**
 * Judges an answer (RFC 7662 section 2.2) by what the issuer's configuration says its answers mean. JSON is read whatever the Content-Type,
 * since issuers label it text/html. Does not judge what the answer says about the token: see profile.ts and policy/authorize.ts.
 */
export function processIntrospection(settings: IntrospectionConfig, asked: Asked): Verdict {
  const status = statusOf(asked)
  const answer = asked.ok ? parseJsonObject(asked.body) : undefined
  if (status !== undefined) {
    if (settings.inactiveWhen.some(matcher => matches(matcher, status, answer))) return { kind: 'inactive' }
    if (settings.refusedWhen.some(matcher => matches(matcher, status, answer))) return { kind: 'refused' }
  }
  if (!asked.ok) return { kind: 'broken', why: FAILURES[asked.failure] }
  if (asked.status < 200 || asked.status > 299) return { kind: 'broken', why: `answered with status ${asked.status}` }
  if (answer === undefined) return { kind: 'broken', why: 'answered with no JSON object' }
  return RULES[settings.activeWhen](answer)
}

/**
 * What an answer says before its signature is verified (RFC 9701): that our own credentials are wrong, or that there is nothing signed to
 * read. Nothing unsigned means "not active". Undefined where the signature decides.
 */
export function judgeUnsigned(settings: IntrospectionConfig, asked: Asked): Verdict | undefined {
  const status = statusOf(asked)
  const open = asked.ok ? parseJsonObject(asked.body) : undefined
  if (status !== undefined && settings.refusedWhen.some(matcher => matches(matcher, status, open))) {
    return { kind: 'refused' }
  }
  if (!asked.ok) return { kind: 'broken', why: FAILURES[asked.failure] }
  return asked.status === 200 ? undefined : { kind: 'broken', why: `answered with status ${asked.status}` }
}

/** Judges the object that a verified answer holds, as `processIntrospection` does one in the open. */
export function judgeSigned(settings: IntrospectionConfig, answer: JsonObject): Verdict {
  if (settings.inactiveWhen.some(matcher => matches(matcher, 200, answer))) return { kind: 'inactive' }
  return RULES[settings.activeWhen](answer)
}

/** A body that can not be read leaves the status, which may be all that a matcher wants. A redirect is no answer, whatever its status. */
const statusOf = (asked: Asked): number | undefined =>
  !asked.ok && asked.failure === 'redirect' ? undefined : asked.status

function matches({ status, member, equals }: AnswerMatcher, actual: number, answer: JsonObject | undefined): boolean {
  if (status !== undefined && status !== actual) return false
  if (member === undefined) return true
  if (answer === undefined || !Object.hasOwn(answer, member)) return false
  return equals === undefined || answer[member] === equals
}

const NO_VERDICT: Verdict = { kind: 'broken', why: 'answered with no verdict' }
const INACTIVE: Verdict = { kind: 'inactive' }

/** How a 2xx object says "active". `active: false` says "inactive" under each of them. */
const RULES: { readonly [R in IntrospectionConfig['activeWhen']]: (answer: JsonObject) => Verdict } = {
  // A boolean and nothing that resembles one: `"true"` is no verdict.
  active: answer => {
    const active = Object.hasOwn(answer, 'active') ? answer.active : undefined
    if (active === true) return { kind: 'active', answer }
    return active === false ? INACTIVE : NO_VERDICT
  },
  noError: answer => judgeByAbsence(answer, ['error']),
  claims: answer => judgeByAbsence(answer, ['error', 'code']),
}

function judgeByAbsence(answer: JsonObject, signs: readonly string[]): Verdict {
  if (signs.some(sign => Object.hasOwn(answer, sign))) return INACTIVE
  if (Object.hasOwn(answer, 'active') && answer.active === false) return INACTIVE
  return Object.keys(answer).length === 0 ? NO_VERDICT : { kind: 'active', answer }
}
