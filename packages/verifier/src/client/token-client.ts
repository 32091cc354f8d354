import type { TokenDigest } from '@gatehouse/protocol'
import { digestConfiguration } from '../digest.ts'
import { accept, type Outcome, type Refused, refuse } from '../outcome.ts'
import type { Ports, TlsMaterial } from '../ports.ts'
import { Breaker } from '../token/breaker.ts'
import { authenticateClient } from './authenticate.ts'
import type { ClientAuthentication } from './config.ts'
import { type Fetched, Kept } from './kept.ts'
import { type GrantParameters, type IssuedToken, processTokenResponse, requestToken } from './token-request.ts'

export interface TokenClientSettings {
  /** Of the issuer in the configuration; names it in refusals. */
  readonly name: string
  readonly client: ClientAuthentication
  /** Where tokens are issued; may refuse while that is not known. */
  readonly endpoint: () => Promise<Outcome<string>>
  readonly tls?: TlsMaterial | undefined
  /** Deadline of one request in seconds. Default 3. */
  readonly timeout?: number
  /** Most tokens kept. Default 10,000. */
  readonly entries?: number
}

/** What the token shall be good for. Each absent member is left to the server. */
export interface TokenWish {
  readonly scope?: readonly string[]
  /** Logical names (RFC 8693 section 2.1). */
  readonly audience?: readonly string[]
  /** Absolute URIs (RFC 8707 section 2). */
  readonly resource?: readonly string[]
}

/** A token to be exchanged, and for what. */
export interface ExchangeWish extends TokenWish {
  readonly subjectToken: string
  /** Default `urn:ietf:params:oauth:token-type:access_token`. */
  readonly subjectTokenType?: string
  readonly requestedTokenType?: string
  /** Epoch seconds at which the subject's own token ends; what it was exchanged for is not kept longer. */
  readonly notAfter?: number | undefined
}

export interface TokenClient {
  /** A token of the gateway's own, by client credentials (RFC 6749 section 4.4). A value where one is kept. Never rejects for what the server says. */
  obtain(wish?: TokenWish): Outcome<IssuedToken> | Promise<Outcome<IssuedToken>>
  /**
   * A token for an upstream in exchange for the caller's (RFC 8693). `token_inactive` where the server refuses the subject's token;
   * `issuer_unavailable` for everything else. Does not check that the new token is about the same subject.
   */
  exchange(wish: ExchangeWish): Outcome<IssuedToken> | Promise<Outcome<IssuedToken>>
  /** Forgets the token of a wish, since it was refused where it was shown; one that took its place meanwhile stays. */
  forget(wish: TokenWish | ExchangeWish, accessToken: string): void
}

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** Seconds for which a token without `expires_in` is kept. */
const UNSAID = 60
/** Seconds before its end at which a token is asked for anew, and at which it is not sent any more; a tenth of a short life at most. */
const AHEAD = 60
const MARGIN = 5
/** Seconds for which a refused exchange is remembered. */
const DENIED = 5
/** Seconds after which it is worth trying again. */
const RETRY_AFTER = 1

/**
 * Gets tokens from one authorization server and keeps them until shortly before they end; asks for the next one ahead of that, behind the
 * requests. Parallel wishes for one token are one request. From the fifth failure in a row the server is asked once a second.
 */
export function createTokenClient(settings: TokenClientSettings, ports: Ports): TokenClient {
  return new KeepingTokenClient(settings, ports)
}

class KeepingTokenClient implements TokenClient {
  readonly #settings: TokenClientSettings
  readonly #ports: Ports
  readonly #kept: Kept<IssuedToken>
  readonly #breaker = new Breaker()

  constructor(settings: TokenClientSettings, ports: Ports) {
    this.#settings = settings
    this.#ports = ports
    this.#kept = new Kept(ports, settings.entries ?? 10_000)
  }

  obtain(wish: TokenWish = {}): Outcome<IssuedToken> | Promise<Outcome<IssuedToken>> {
    return this.#get(parametersOf(wish), Infinity, false)
  }

  exchange(wish: ExchangeWish): Outcome<IssuedToken> | Promise<Outcome<IssuedToken>> {
    return this.#get(parametersOf(wish), wish.notAfter ?? Infinity, true)
  }

  forget(wish: TokenWish | ExchangeWish, accessToken: string): void {
    this.#kept.forget(keyOf(parametersOf(wish)), token => token.accessToken === accessToken)
  }

  #get(parameters: GrantParameters, notAfter: number, isExchange: boolean) {
    return this.#kept.get(keyOf(parameters), () => this.#fetch(parameters, notAfter, isExchange))
  }

  async #fetch(parameters: GrantParameters, notAfter: number, isExchange: boolean): Promise<Fetched<IssuedToken>> {
    const askedAt = this.#ports.now()
    const resting = this.#breaker.check(askedAt)
    if (resting !== undefined) return unkept(resting)
    const endpoint = await this.#settings.endpoint()
    if (!endpoint.ok) return unkept(endpoint)
    const { client, tls, timeout = 3, name } = this.#settings
    const proof = await authenticateClient(client, this.#ports)
    const asked = await requestToken({ url: endpoint.value, tls, timeout }, parameters, proof, this.#ports)
    const verdict = processTokenResponse(asked, askedAt)
    if (verdict.kind === 'broken') return unkept(this.#fail(`the token endpoint ${verdict.why}`))
    if (verdict.kind === 'denied' && !isExchange)
      return unkept(this.#fail('the token endpoint refused our own credentials'))
    this.#breaker.succeeded()
    if (verdict.kind === 'issued') return keep(verdict.token, askedAt, notAfter)
    const denied = refuse({ code: 'token_inactive', issuer: name, cause: 'the token endpoint refused the grant' })
    return { outcome: denied, refreshAt: Infinity, until: askedAt + DENIED }
  }

  #fail(cause: string): Refused {
    const detail = { retryAfter: RETRY_AFTER }
    const refusal = refuse({ code: 'issuer_unavailable', issuer: this.#settings.name, cause, detail })
    this.#breaker.failed(refusal)
    return refusal
  }
}

function keep(token: IssuedToken, askedAt: number, notAfter: number): Fetched<IssuedToken> {
  const end = Math.min(token.expiresAt ?? askedAt + UNSAID, notAfter)
  const share = Math.max(0, end - askedAt) / 10
  const refreshAt = end === notAfter ? Infinity : end - Math.min(AHEAD, 2 * share)
  return { outcome: accept(token), refreshAt, until: end - Math.min(MARGIN, share) }
}

const unkept = (outcome: Refused): Fetched<IssuedToken> => ({ outcome, refreshAt: Infinity, until: -Infinity })

function parametersOf(wish: TokenWish | ExchangeWish): GrantParameters {
  const parameters: [string, string][] =
    'subjectToken' in wish ? exchangeParameters(wish) : [['grant_type', 'client_credentials']]
  if (wish.scope !== undefined && wish.scope.length > 0) parameters.push(['scope', wish.scope.join(' ')])
  for (const audience of wish.audience ?? []) parameters.push(['audience', audience])
  for (const resource of wish.resource ?? []) parameters.push(['resource', resource])
  return parameters
}

function exchangeParameters({ subjectToken, subjectTokenType, requestedTokenType }: ExchangeWish): [string, string][] {
  const parameters: [string, string][] = [
    ['grant_type', EXCHANGE],
    ['subject_token', subjectToken],
    ['subject_token_type', subjectTokenType ?? ACCESS_TOKEN],
  ]
  if (requestedTokenType !== undefined) parameters.push(['requested_token_type', requestedTokenType])
  return parameters
}

/** A digest, so that no token outlives its request as a key. */
const keyOf = (parameters: GrantParameters): TokenDigest => digestConfiguration(parameters) as TokenDigest
