import type { JsonObject } from '@gatehouse/protocol'
import { ask, FAILURES } from '../ask.ts'
import { isJsonObject, parseJsonObject } from '../json.ts'
import { accept, type Outcome, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import type { IssuerConfig } from './config.ts'
import { isSafeEndpoint } from './endpoint.ts'
import type { Health } from './health.ts'
import { Retry, retryAfter } from './retry.ts'

/** What the verifier wants of a provider's metadata (OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2). */
export interface Metadata {
  readonly jwksUri: string | undefined
  readonly introspectionEndpoint: string | undefined
  readonly tokenEndpoint: string | undefined
  readonly userinfoEndpoint: string | undefined
}

/** Seconds for which metadata is not asked for again. Endpoints move rarely; old ones are kept while new ones can not be had. */
const FRESH = 3600
const MAX_BYTES = 262_144
/** Longest wait between two attempts, in seconds. */
const RETRY_CAP = 10

const ABSENT: { readonly [N in keyof Metadata]: string } = {
  jwksUri: 'The discovery document has no jwks_uri',
  introspectionEndpoint: 'The discovery document has no introspection_endpoint',
  tokenEndpoint: 'The discovery document has no token_endpoint',
  userinfoEndpoint: 'The discovery document has no userinfo_endpoint',
}

type Found = { readonly metadata: Metadata } | { readonly cause: string; readonly final: boolean }

/**
 * The endpoints of one configured issuer, asked for when first needed: OpenID Connect discovery, then RFC 8414. The document is believed
 * only if its `issuer` is the configured string (OpenID Connect Discovery 1.0 section 4.3, RFC 8414 section 3.3) and its endpoints are
 * safe to ask. Does not check that they are on the issuer's host: providers differ there, and the document came from the issuer.
 */
export class Discovery {
  readonly #config: IssuerConfig
  readonly #ports: Ports
  readonly #health: Health
  readonly #timeout: number
  readonly #retry: Retry
  /** When a document that is good but lacks an endpoint may be asked for again. */
  readonly #lack: Retry
  #metadata: Metadata | undefined
  #freshUntil = 0
  #lastCause = 'was not asked yet'
  #underway: Promise<void> | undefined

  constructor(config: IssuerConfig, ports: Ports, health: Health) {
    this.#config = config
    this.#ports = ports
    this.#health = health
    this.#timeout = config.keys.kind === 'remote' ? config.keys.timeout : 5
    this.#retry = new Retry(ports, RETRY_CAP)
    this.#lack = new Retry(ports, RETRY_CAP)
  }

  /** One of the endpoints. A document that lacks it is not kept for an hour, but asked for again at growing intervals: somebody may mend it. */
  async locate(name: keyof Metadata): Promise<Outcome<string, 'issuer_unavailable'>> {
    const metadata = await this.find()
    if (!metadata.ok) return metadata
    if (metadata.value[name] === undefined) await this.#seek(name)
    const found = this.#metadata?.[name]
    return found === undefined ? this.#unavailable(ABSENT[name]) : accept(found)
  }

  async #seek(name: keyof Metadata): Promise<void> {
    if (this.#lack.wait() > 0) return
    const attemptedAt = this.#ports.now()
    if (this.#lack.failing) await this.#refresh()
    if (this.#metadata?.[name] !== undefined) this.#lack.succeeded()
    // Of those that waited for one answer the first counts it.
    else if (this.#lack.wait() === 0) this.#lack.failed(attemptedAt)
  }

  async find(): Promise<Outcome<Metadata, 'issuer_unavailable'>> {
    if (this.#metadata === undefined) {
      if (this.#retry.wait() === 0) await this.#refresh()
    } else if (this.#ports.now() >= this.#freshUntil && this.#retry.wait() === 0) {
      void this.#refresh()
    }
    return this.#metadata === undefined ? this.#unavailable(this.#lastCause) : accept(this.#metadata)
  }

  /** The refusal of whoever needs an endpoint and has none. `cause` is a constant sentence. */
  #unavailable(cause: string): Outcome<never, 'issuer_unavailable'> {
    const detail = { retryAfter: retryAfter(Math.max(this.#retry.wait(), this.#lack.wait())) }
    return refuse({ code: 'issuer_unavailable', issuer: this.#config.name, cause, detail })
  }

  #refresh(): Promise<void> {
    this.#underway ??= this.#attempt().finally(() => {
      this.#underway = undefined
    })
    return this.#underway
  }

  async #attempt(): Promise<void> {
    const attemptedAt = this.#ports.now()
    let cause = ''
    for (const url of documentUrls(this.#config.issuer)) {
      const found = await this.#read(url)
      if ('metadata' in found) {
        this.#metadata = found.metadata
        this.#freshUntil = attemptedAt + FRESH
        this.#retry.succeeded()
        return
      }
      // The first document is what most providers have; what is wrong with it says more than that the second is absent.
      cause ||= found.cause
      if (found.final) break
    }
    this.#lastCause = cause
    this.#retry.failed(attemptedAt)
    if (this.#metadata === undefined) this.#health.down(cause)
  }

  async #read(url: string): Promise<Found> {
    const answer = await ask(this.#ports, {
      url,
      method: 'GET',
      headers: { accept: 'application/json' },
      ...(this.#config.tls === undefined ? {} : { tls: this.#config.tls }),
      timeout: this.#timeout,
      maxBytes: MAX_BYTES,
    })
    if (!answer.ok) {
      const final = answer.failure === 'network' || answer.failure === 'timeout'
      return { cause: `Discovery ${FAILURES[answer.failure]}`, final }
    }
    if (answer.status !== 200) return { cause: `Discovery answered with status ${answer.status}`, final: false }
    return this.#judge(parseJsonObject(answer.body))
  }

  #judge(document: JsonObject | undefined): Found {
    if (document === undefined) return { cause: 'Discovery answered with no JSON object', final: false }
    if (document.issuer !== this.#config.issuer) {
      return { cause: 'The issuer in the discovery document is not the configured one', final: false }
    }
    const jwksUri = document.jwks_uri
    const endpoints = this.#endpointsOf(document)
    const introspectionEndpoint = endpoints.introspection_endpoint
    if (!this.#isUsable(jwksUri) || !this.#isUsable(introspectionEndpoint)) {
      return { cause: 'An endpoint in the discovery document is not an https URL', final: false }
    }
    const tokenEndpoint = this.#usableOf(endpoints.token_endpoint)
    const userinfoEndpoint = this.#usableOf(endpoints.userinfo_endpoint)
    return { metadata: { jwksUri, introspectionEndpoint, tokenEndpoint, userinfoEndpoint } }
  }

  /** For a client that shows a certificate, endpoints that ask for one come first (RFC 8705 section 5). */
  #endpointsOf(document: JsonObject): JsonObject {
    const { mtls_endpoint_aliases: aliases } = document
    const showsCertificate = this.#config.grants?.client.auth === 'tls_client_auth'
    return showsCertificate && isJsonObject(aliases) ? { ...document, ...aliases } : document
  }

  /** An endpoint that few deployments use does not spoil those that all do. */
  #usableOf(endpoint: unknown): string | undefined {
    return this.#isUsable(endpoint) ? endpoint : undefined
  }

  #isUsable(endpoint: unknown): endpoint is string | undefined {
    if (endpoint === undefined) return true
    return typeof endpoint === 'string' && isSafeEndpoint(endpoint, this.#config.insecureHttp)
  }
}

/** OpenID Connect appends its well-known path to the issuer's; RFC 8414 section 3.1 inserts its own before it. */
export function documentUrls(issuer: string): readonly [string, string] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ]
}
