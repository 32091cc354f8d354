import { type Asked, ask, FAILURES } from '../ask.ts'
import { parseJsonObject } from '../json.ts'
import { parseKey, type VerificationKey } from '../jwk.ts'
import type { Ports, TlsMaterial } from '../ports.ts'

const MAX_BYTES = 262_144
const MAX_KEYS = 100

/** What a JWKS endpoint said: keys, how long they hold and how old they are, or a sentence about what was wrong. */
export type KeySetAnswer =
  | {
      readonly ok: true
      readonly keys: readonly VerificationKey[]
      readonly maxAge: number | undefined
      /** Seconds that the answer spent in caches on the way (RFC 9111 section 5.1). */
      readonly age: number
    }
  | { readonly ok: false; readonly cause: string }

/**
 * Asks for a JWKS (RFC 7517 section 5). `timeout` is in seconds. `wantsNews`: no cache on the way shall answer without asking the issuer
 * (RFC 9111 section 5.2.1.4); one that does not keep to that is not noticed.
 */
export const requestKeySet = (
  ports: Ports,
  url: string,
  timeout: number,
  tls: TlsMaterial | undefined,
  wantsNews: boolean,
): Promise<Asked> =>
  ask(ports, {
    url,
    method: 'GET',
    headers: {
      accept: 'application/jwk-set+json, application/json',
      ...(wantsNews ? { 'cache-control': 'no-cache' } : {}),
    },
    ...(tls === undefined ? {} : { tls }),
    timeout,
    maxBytes: MAX_BYTES,
  })

/**
 * Judges the answer, whatever its Content-Type. A key that is malformed, private, symmetric, too weak or not for signatures is left out;
 * the others count. A well-formed set without a usable key is a set all the same: the issuer withdrew its keys.
 */
export function processKeySet(answer: Asked): KeySetAnswer {
  if (!answer.ok) return { ok: false, cause: `The JWKS endpoint ${FAILURES[answer.failure]}` }
  if (answer.status !== 200) return { ok: false, cause: `The JWKS endpoint answered with status ${answer.status}` }
  const members = parseJsonObject(answer.body)?.keys
  if (!Array.isArray(members)) return { ok: false, cause: 'The JWKS endpoint answered with no JWK Set' }
  if (members.length > MAX_KEYS) return { ok: false, cause: `The JWK Set has more than ${MAX_KEYS} keys` }
  const keys = members.map(parseKey).filter(key => key !== undefined)
  const { headers } = answer
  return { ok: true, keys, maxAge: readMaxAge(headers.get('cache-control')), age: readAge(headers.get('age')) }
}

/** Seconds for which the answer is fresh (RFC 9111 section 5.2.2); undefined where it does not say. */
export function readMaxAge(cacheControl: string | null): number | undefined {
  if (cacheControl === null) return undefined
  if (/(?:^|[,\s])(?:no-store|no-cache)(?:$|[,\s=])/i.test(cacheControl)) return 0
  const seconds = /(?:^|[,\s])max-age="?(\d{1,10})/i.exec(cacheControl)?.[1]
  return seconds === undefined ? undefined : Number(seconds)
}

/** What is no number of seconds is none (RFC 9111 section 5.1). */
const readAge = (age: string | null): number => Number(/^\d{1,10}/.exec(age ?? '')?.[0] ?? 0)
