import type { JsonObject } from '@gatehouse/protocol'
import { type Asked, ask, FAILURES } from '../ask.ts'
import { parseJsonObject } from '../json.ts'
import type { Ports, TlsMaterial } from '../ports.ts'
import type { ClientProof } from './authenticate.ts'

/** A token that an authorization server issued to the gateway. */
export interface IssuedToken {
  /** Fit for a header: visible ASCII. */
  readonly accessToken: string
  /** Epoch seconds; undefined where the server does not say, which RFC 6749 section 5.1 allows. */
  readonly expiresAt: number | undefined
  /** As the server wrote it; undefined: as asked for. */
  readonly scope: string | undefined
}

/** What a token endpoint's answer comes to. `denied`: the grant is refused, which says something about it and nothing about the endpoint. */
export type TokenVerdict =
  | { readonly kind: 'issued'; readonly token: IssuedToken }
  | { readonly kind: 'denied' }
  | { readonly kind: 'broken'; readonly why: string }

/** Name and value; a name may come more than once (RFC 8693 section 2.1, RFC 8707 section 2). */
export type GrantParameters = readonly (readonly [name: string, value: string])[]

export interface TokenEndpoint {
  readonly url: string
  readonly tls: TlsMaterial | undefined
  /** Seconds. */
  readonly timeout: number
}

const MAX_ANSWER = 65_536
const MAX_TOKEN = 16_384

/** Asks for a token (RFC 6749 section 3.2). Does not judge what comes back. */
export function requestToken(
  { url, tls, timeout }: TokenEndpoint,
  parameters: GrantParameters,
  proof: ClientProof,
  ports: Ports,
): Promise<Asked> {
  const body = new URLSearchParams()
  for (const [name, value] of [...parameters, ...Object.entries(proof.parameters)]) body.append(name, value)
  const material = proof.tls === undefined ? tls : { ...tls, ...proof.tls }
  return ask(ports, {
    url,
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded', ...proof.headers },
    body: body.toString(),
    ...(material === undefined ? {} : { tls: material }),
    timeout,
    maxBytes: MAX_ANSWER,
  })
}

/**
 * Judges a token response (RFC 6749 sections 5.1 and 5.2, RFC 8693 section 2.2). Only a token that can be sent as Bearer counts; `N_A` is
 * what an exchange says of a token that is no access token. Does not look into the token.
 */
export function processTokenResponse(asked: Asked, askedAt: number): TokenVerdict {
  if (!asked.ok) return broken(FAILURES[asked.failure])
  const answer = parseJsonObject(asked.body)
  if (asked.status >= 400 && answer !== undefined && answer.error === 'invalid_grant') return { kind: 'denied' }
  const error = answer !== undefined && asked.status >= 400 ? ERRORS.find(known => known === answer.error) : undefined
  if (error !== undefined) return broken(`answered ${error}`)
  if (asked.status !== 200) return broken(`answered with status ${asked.status}`)
  return answer === undefined ? broken('answered with no JSON object') : readToken(answer, askedAt)
}

/** Errors that the operator can do something about, named in the log; what a server invents is not repeated there. */
const ERRORS = [
  'invalid_client',
  'unauthorized_client',
  'invalid_scope',
  'invalid_target',
  'invalid_request',
  'unsupported_grant_type',
] as const

function readToken(answer: JsonObject, askedAt: number): TokenVerdict {
  const { access_token: accessToken, token_type: type, expires_in: lifetime, scope } = answer
  if (typeof accessToken !== 'string' || !isSendable(accessToken)) return broken('answered with no token')
  if (typeof type !== 'string' || !/^(?:bearer|n_a)$/i.test(type))
    return broken('answered with a token of another type')
  const seconds = typeof lifetime === 'string' && /^\d{1,10}$/.test(lifetime) ? Number(lifetime) : lifetime
  if (seconds !== undefined && seconds !== null && !(typeof seconds === 'number' && seconds >= 0)) {
    return broken('answered with a lifetime that can not be read')
  }
  const expiresAt = typeof seconds === 'number' ? askedAt + seconds : undefined
  return { kind: 'issued', token: { accessToken, expiresAt, scope: typeof scope === 'string' ? scope : undefined } }
}

const isSendable = (token: string): boolean => token.length <= MAX_TOKEN && /^[\x21-\x7e]+$/.test(token)

const broken = (why: string): TokenVerdict => ({ kind: 'broken', why })
