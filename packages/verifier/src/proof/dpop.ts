import { hash } from 'node:crypto'
import { digestConfiguration } from '../digest.ts'
import { parseKey } from '../jwk.ts'
import { accept, type Outcome, type Refused, refuse } from '../outcome.ts'
import type { Novelty, Ports, ProofMemory } from '../ports.ts'
import { isSignedBy } from '../signature.ts'
import { LEAST_SECRET, NonceIssuer, SLOT } from './nonce.ts'
import { type ProofClaims, parseProof } from './parse.ts'
import { createProofMemory } from './replay.ts'
import { normalizeTarget, publicTarget } from './target.ts'
import { thumbprintOf } from './thumbprint.ts'

/** Seconds after `iat` for which a proof without a nonce is accepted. */
const FRESH = 60
/** Seconds by which a client's clock may be ahead of ours. */
const AHEAD = 10
/** Seconds for which a used proof is remembered: as long as it can be timely, and as long as it may be on its way to the memory. */
const REMEMBERED = Math.max(FRESH + AHEAD, 2 * SLOT) + 10
/** Seconds after which to try again where the memory does not answer. */
const SOON = 1

type PublicUrl = string | (() => string | undefined)

/** What a proof must fit. */
export interface ProvedRequest {
  readonly method: string
  /** Origin-form, as the client sent it and before any rewriting; the query does not matter. */
  readonly target: string
  readonly token: string
  /** `cnf.jkt` of the token. */
  readonly thumbprint: string
}

/**
 * Decides whether a proof belongs to this request and to this token, and is used for the first time (RFC 9449 sections 4.3 and 7.1). Does
 * not check the token. `publicUrl` is the gateway as clients see it: the Host of a request is believed in nothing.
 *
 * The time of a proof is that of its nonce where it has one of ours, else its `iat`. A client whose clock is off is given a nonce to use
 * (section 8), as is one whose nonce is not ours or is over.
 */
export class ProofJudge {
  readonly #ports: Ports
  readonly #publicUrl: () => string | undefined
  readonly #nonces: NonceIssuer
  readonly #memory: ProofMemory

  /** `ports.proofs` is what is shared with the judges of other processes; without it nonces and memory are this judge's own. */
  constructor(ports: Ports, publicUrl: PublicUrl) {
    this.#ports = ports
    this.#publicUrl = typeof publicUrl === 'function' ? publicUrl : () => publicUrl
    this.#memory = ports.proofs?.memory ?? createProofMemory()
    this.#nonces = new NonceIssuer(ports.proofs?.nonceSecret ?? ports.random(LEAST_SECRET))
  }

  /** Cheap judgements first and the signature last; only a proof that is right in all else is remembered as used. */
  async judge(proof: string, request: ProvedRequest): Promise<Outcome<undefined>> {
    const claims = parseProof(proof)
    if (typeof claims === 'string') return invalid(claims)
    const misfit = this.#findMisfit(claims, request)
    if (misfit !== undefined) return invalid(misfit)
    const now = this.#ports.now()
    if (!this.#isTimely(claims, now)) return this.#demandNonce(now)
    if (!isHolder(proof, claims, request.thumbprint)) return invalid('the proof is not by the key of the token')
    return this.#useOnce(request.thumbprint, claims.jti, now)
  }

  #findMisfit({ htm, htu, ath }: ProofClaims, { method, target, token }: ProvedRequest): string | undefined {
    if (htm !== method) return 'the proof is for another method'
    const publicUrl = this.#publicUrl()
    if (publicUrl === undefined) return 'the public URL of the gateway is not known'
    const expected = publicTarget(publicUrl, target)
    if (expected === undefined || normalizeTarget(htu) !== expected) return 'the proof is for another URL'
    return ath === hash('sha256', token, 'base64url') ? undefined : 'the proof is for another token'
  }

  #isTimely({ nonce, iat }: ProofClaims, now: number): boolean {
    if (nonce !== undefined) return this.#nonces.isOurs(nonce, now)
    return iat <= now + AHEAD && now < iat + FRESH
  }

  #demandNonce(now: number): Refused {
    return refuse({
      code: 'proof_invalid',
      cause: 'the time of the proof is not known',
      detail: { wantsNonce: true, nonce: this.#nonces.issue(now) },
    })
  }

  /** `jti` is unique per key, not in the world. A memory that fails is no reason to accept. */
  async #useOnce(thumbprint: string, jti: string, now: number): Promise<Outcome<undefined>> {
    switch (await this.#remember(digestConfiguration([thumbprint, jti]), now)) {
      case 'new':
        return accept(undefined)
      case 'seen':
        return refuse({ code: 'proof_replayed' })
      case 'full':
        return unavailable('too many proofs to remember', FRESH)
      default:
        return unavailable('the memory of used proofs does not answer', SOON)
    }
  }

  async #remember(digest: string, now: number): Promise<Novelty | undefined> {
    try {
      return await this.#memory.use(digest, REMEMBERED, now)
    } catch {
      return undefined
    }
  }
}

/** Whether the proof's key is the token's (RFC 9449 section 6.1) and made its signature. */
function isHolder(proof: string, { alg, jwk }: ProofClaims, thumbprint: string): boolean {
  if (thumbprintOf(jwk) !== thumbprint) return false
  const key = parseKey(jwk)
  return key?.algorithms.has(alg) === true && isSignedBy(key, proof, alg) === true
}

const invalid = (cause: string): Refused => refuse({ code: 'proof_invalid', cause, detail: {} })

const unavailable = (cause: string, retryAfter: number): Refused =>
  refuse({ code: 'issuer_unavailable', cause, detail: { retryAfter } })
