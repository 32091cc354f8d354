import type { Claims, TokenDigest } from '@gatehouse/protocol'
import { type Asked, ask, FAILURES } from '../ask.ts'
import { digestToken } from '../digest.ts'
import { parseJsonObject } from '../json.ts'
import { accept, type Outcome, type Refused, refuse } from '../outcome.ts'
import type { Ports, TlsMaterial } from '../ports.ts'
import { Breaker } from '../token/breaker.ts'
import { type Fetched, Kept } from './kept.ts'

export interface UserinfoSettings {
  /** Of the issuer in the configuration; names it in refusals. */
  readonly name: string
  /** Digest of the issuer's configuration: two issuers that know one token string are never mixed up. */
  readonly digest: string
  readonly endpoint: () => Promise<Outcome<string>>
  readonly tls?: TlsMaterial | undefined
  /** Deadline of one request in seconds. Default 3. */
  readonly timeout?: number
  /** Seconds for which an answer is kept. Default 60. */
  readonly ttl?: number
  /** Most answers kept. Default 10,000. */
  readonly entries?: number
}

export interface UserinfoClient {
  /**
   * The claims about the subject of a token. A value where they are kept. `token_inactive` where the endpoint refuses the token,
   * `issuer_unavailable` for an outage and for an answer about somebody else. Never rejects for what the server says.
   */
  find(token: string, subject: string | undefined): Outcome<Claims> | Promise<Outcome<Claims>>
}

const MAX_ANSWER = 65_536
/** Seconds. */
const NEGATIVE_TTL = 5
const RETRY_AFTER = 1

type Verdict =
  | { readonly kind: 'claims'; readonly claims: Claims }
  | { readonly kind: 'denied' }
  | { readonly kind: 'broken'; readonly why: string }

/** Asks a userinfo endpoint (OpenID Connect Core 1.0 section 5.3) and keeps what it says. Signed answers are not read. */
export function createUserinfoClient(settings: UserinfoSettings, ports: Ports): UserinfoClient {
  return new KeepingUserinfoClient(settings, ports)
}

class KeepingUserinfoClient implements UserinfoClient {
  readonly #settings: UserinfoSettings
  readonly #ports: Ports
  readonly #kept: Kept<Claims>
  readonly #breaker = new Breaker()

  constructor(settings: UserinfoSettings, ports: Ports) {
    this.#settings = settings
    this.#ports = ports
    this.#kept = new Kept(ports, settings.entries ?? 10_000)
  }

  find(token: string, subject: string | undefined): Outcome<Claims> | Promise<Outcome<Claims>> {
    const key: TokenDigest = digestToken(this.#settings.digest, token)
    const told = this.#kept.get(key, () => this.#fetch(token))
    return told instanceof Promise
      ? told.then(outcome => this.#compare(outcome, subject))
      : this.#compare(told, subject)
  }

  /** OpenID Connect Core 1.0 section 5.3.2: another `sub` means that the claims may not be used. */
  #compare(outcome: Outcome<Claims>, subject: string | undefined): Outcome<Claims> {
    if (!outcome.ok || outcome.value.sub === subject) return outcome
    return this.#unavailable('the userinfo endpoint answered about another subject')
  }

  async #fetch(token: string): Promise<Fetched<Claims>> {
    const askedAt = this.#ports.now()
    const resting = this.#breaker.check(askedAt)
    if (resting !== undefined) return keepUntil(resting, askedAt)
    const endpoint = await this.#settings.endpoint()
    if (!endpoint.ok) return keepUntil(endpoint, askedAt)
    const { tls, timeout = 3, ttl = 60, name } = this.#settings
    const verdict = processUserinfo(await requestUserinfo(endpoint.value, token, tls, timeout, this.#ports))
    if (verdict.kind === 'broken') {
      const refusal = this.#unavailable(`the userinfo endpoint ${verdict.why}`)
      this.#breaker.failed(refusal)
      return keepUntil(refusal, askedAt)
    }
    this.#breaker.succeeded()
    if (verdict.kind === 'claims') return keepUntil(accept(verdict.claims), askedAt + ttl)
    const denied = refuse({ code: 'token_inactive', issuer: name, cause: 'the userinfo endpoint refused the token' })
    return keepUntil(denied, askedAt + NEGATIVE_TTL)
  }

  #unavailable(cause: string): Refused {
    return refuse({
      code: 'issuer_unavailable',
      issuer: this.#settings.name,
      cause,
      detail: { retryAfter: RETRY_AFTER },
    })
  }
}

const keepUntil = (outcome: Outcome<Claims>, until: number): Fetched<Claims> => ({
  outcome,
  refreshAt: Infinity,
  until,
})

/** Does not judge what comes back. */
export const requestUserinfo = (
  url: string,
  token: string,
  tls: TlsMaterial | undefined,
  timeout: number,
  ports: Ports,
): Promise<Asked> =>
  ask(ports, {
    url,
    method: 'GET',
    headers: { accept: 'application/json', authorization: `Bearer ${token}` },
    ...(tls === undefined ? {} : { tls }),
    timeout,
    maxBytes: MAX_ANSWER,
  })

/** JSON is read whatever the Content-Type. A token is refused by 401, or by `invalid_token` with another status, as some servers do. */
export function processUserinfo(asked: Asked): Verdict {
  if (!asked.ok) return { kind: 'broken', why: FAILURES[asked.failure] }
  const answer = parseJsonObject(asked.body)
  const isRefused = asked.status >= 400 && asked.status < 500 && answer?.error === 'invalid_token'
  if (asked.status === 401 || isRefused) return { kind: 'denied' }
  if (asked.status !== 200) return { kind: 'broken', why: `answered with status ${asked.status}` }
  if (answer === undefined) return { kind: 'broken', why: 'answered with no JSON object' }
  return { kind: 'claims', claims: answer }
}
