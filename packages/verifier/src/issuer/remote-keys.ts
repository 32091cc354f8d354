import type { VerificationKey } from '../jwk.ts'
import { accept, type Outcome, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import type { IssuerConfig, KeySource } from './config.ts'
import type { Health } from './health.ts'
import { processKeySet, requestKeySet } from './jwks.ts'
import { type Found, type KeyKeeper, pickKeys, type Wanted } from './key-keeper.ts'
import { Retry, retryAfter } from './retry.ts'
import { UnknownKids } from './unknown-kids.ts'

interface KeySet {
  readonly keys: ReadonlySet<VerificationKey>
  /** A cache on the way answered: the issuer may have had other keys by then. */
  readonly isSecondHand: boolean
  /** Epoch seconds, all three counted from the attempt that brought the set. */
  readonly refreshAt: number
  readonly freshUntil: number
  readonly usableUntil: number
}

type RemoteSource = Extract<KeySource, { kind: 'remote' }>

/** The share of a set's life after which a new one is fetched behind the requests that use it. */
const REFRESH_AHEAD = 0.8
/** Longest wait between attempts while the issuer fails, in seconds: what its recovery may take to be noticed. */
const RETRY_CAP = 10

/**
 * The JWK Set of one issuer, kept in step with it: one fetch at a time; refreshed ahead of expiry; refetched for a key that it lacks, past
 * every cache on the way (RFC 9111 section 5.2.1.4), at most once a `cooldown`; after a failure tried again at growing intervals, counted
 * from the attempt, while the last good set goes on for `staleIfError` beyond its freshness and not a second longer.
 */
export class RemoteKeys implements KeyKeeper {
  readonly #config: IssuerConfig
  readonly #source: RemoteSource
  readonly #jwksUri: () => Promise<Outcome<string, 'issuer_unavailable'>>
  readonly #ports: Ports
  readonly #health: Health
  readonly #retry: Retry
  readonly #unknown: UnknownKids
  #set: KeySet | undefined
  /** When a key that the set lacked last caused a fetch. Loading and refreshing do not count: rotation right after them is seen. */
  #soughtAt = Number.NEGATIVE_INFINITY
  #underway: Promise<void> | undefined
  #lastCause = ''

  constructor(
    config: IssuerConfig,
    source: RemoteSource,
    jwksUri: () => Promise<Outcome<string, 'issuer_unavailable'>>,
    ports: Ports,
    health: Health,
  ) {
    this.#config = config
    this.#source = source
    this.#jwksUri = jwksUri
    this.#ports = ports
    this.#health = health
    this.#retry = new Retry(ports, Math.min(source.cooldown, RETRY_CAP))
    this.#unknown = new UnknownKids(source.cooldown, source.maxAge)
  }

  find(wanted: Wanted): Found | Promise<Found> {
    const now = this.#ports.now()
    if (this.#set === undefined || !this.#isUsable(this.#set, now)) return this.#load(wanted)
    const keys = pickKeys(this.#set.keys, wanted)
    return keys.length > 0 ? accept(keys) : this.#seek(wanted, now)
  }

  vouches(key: VerificationKey, now: number): boolean {
    return this.#set?.keys.has(key) === true && this.#isUsable(this.#set, now)
  }

  /** Fresh, or stale while the issuer can not be asked. Starts a refresh where one is due. */
  #isUsable(set: KeySet, now: number): boolean {
    if (now < set.refreshAt) return true
    const isUsable = now < set.freshUntil || (this.#retry.failing && now < set.usableUntil)
    if (isUsable && this.#retry.wait() === 0) void this.#refresh()
    return isUsable
  }

  /** There is no set to go by: waits for one, unless the last attempt failed a moment ago. */
  async #load(wanted: Wanted): Promise<Found> {
    if (this.#underway !== undefined || this.#retry.wait() === 0) await this.#refresh()
    const set = this.#set
    if (set === undefined || (this.#retry.failing && this.#ports.now() >= set.usableUntil)) return this.#unavailable()
    const keys = pickKeys(set.keys, wanted)
    if (keys.length > 0) return accept(keys)
    if (this.#retry.failing) return this.#unavailable()
    return set.isSecondHand ? this.#seek(wanted, this.#ports.now()) : this.#unknownKey()
  }

  /** The set lacks the key. It may be a new one, so the issuer is asked, unless it was a moment ago. */
  async #seek(wanted: Wanted, now: number): Promise<Found> {
    const { alg, kid } = wanted
    const isOwn = this.#underway === undefined
    if (isOwn) {
      if (this.#retry.wait() > 0) return this.#unavailable()
      if (now < this.#soughtAt + this.#source.cooldown || this.#unknown.has(alg, kid, now)) return this.#unknownKey()
      this.#soughtAt = now
    }
    await this.#refresh(isOwn)
    if (this.#retry.failing) return this.#unavailable()
    const keys = pickKeys(this.#set?.keys ?? [], wanted)
    if (keys.length > 0) return accept(keys)
    // What was joined was no search, and a cache answered it. The answer to a search is never second-hand.
    if (this.#set?.isSecondHand) return this.#seek(wanted, now)
    this.#unknown.add(alg, kid, now)
    return this.#unknownKey()
  }

  #refresh(wantsNews = false): Promise<void> {
    this.#underway ??= this.#attempt(wantsNews).finally(() => {
      this.#underway = undefined
    })
    return this.#underway
  }

  async #attempt(wantsNews: boolean): Promise<void> {
    const attemptedAt = this.#ports.now()
    const cause = await this.#fetch(attemptedAt, wantsNews)
    if (cause === undefined) {
      this.#retry.succeeded()
      this.#health.ready()
    } else {
      this.#lastCause = cause
      this.#retry.failed(attemptedAt)
      this.#health.down(cause)
    }
  }

  /** Replaces the set; what went wrong is returned as a sentence. */
  async #fetch(attemptedAt: number, wantsNews: boolean): Promise<string | undefined> {
    const uri = await this.#jwksUri()
    if (!uri.ok) return uri.rejection.cause ?? 'Discovery failed'
    const { maxAge, cooldown, staleIfError, timeout } = this.#source
    const answer = processKeySet(await requestKeySet(this.#ports, uri.value, timeout, this.#config.tls, wantsNews))
    if (!answer.ok) return answer.cause
    const freshFor = Math.min(maxAge, Math.max(cooldown, answer.maxAge ?? maxAge))
    this.#set = {
      keys: this.#recognise(answer.keys),
      isSecondHand: answer.age > 0 && !wantsNews,
      refreshAt: attemptedAt + freshFor * REFRESH_AHEAD,
      freshUntil: attemptedAt + freshFor,
      usableUntil: attemptedAt + freshFor + staleIfError,
    }
    return undefined
  }

  /** Keys that were there before stay the same objects, so that what they verified remains verified. */
  #recognise(keys: readonly VerificationKey[]): ReadonlySet<VerificationKey> {
    const known = new Map([...(this.#set?.keys ?? [])].map(key => [key.identity, key]))
    return new Set(keys.map(key => known.get(key.identity) ?? key))
  }

  #unavailable(): Found {
    const detail = { retryAfter: retryAfter(this.#retry.wait()) }
    return refuse({ code: 'issuer_unavailable', issuer: this.#config.name, cause: this.#lastCause, detail })
  }

  #unknownKey(): Found {
    return refuse({ code: 'key_unknown', issuer: this.#config.name })
  }
}
