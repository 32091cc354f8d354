import { createHmac, timingSafeEqual } from 'node:crypto'

/** Seconds for which a nonce is handed out; it is accepted for one slot more. */
export const SLOT = 60
/** Bytes: as long as the hash (RFC 2104 section 3). */
export const LEAST_SECRET = 32

/**
 * Nonces of RFC 9449 section 9, made from a secret and the time: they rotate every minute, are valid for one to two, and are stored nowhere.
 * Processes that share the secret accept each other's. Throws a TypeError for one that is too short.
 */
export class NonceIssuer {
  readonly #secret: Uint8Array
  #slot = Number.NaN
  #current = ''
  #previous = ''

  constructor(secret: Uint8Array) {
    if (secret.byteLength < LEAST_SECRET) throw new TypeError(`nonceSecret: is shorter than ${LEAST_SECRET} bytes`)
    this.#secret = secret
  }

  issue(now: number): string {
    this.#turn(now)
    return this.#current
  }

  /** Whether the nonce is one of ours and still valid: then it stands for the time at which the proof was made. */
  isOurs(nonce: string, now: number): boolean {
    this.#turn(now)
    const shown = Buffer.from(nonce)
    return [this.#current, this.#previous].some(own => isSame(shown, Buffer.from(own)))
  }

  #turn(now: number): void {
    const slot = Math.floor(now / SLOT)
    if (slot === this.#slot) return
    this.#slot = slot
    this.#current = this.#make(slot)
    this.#previous = this.#make(slot - 1)
  }

  #make(slot: number): string {
    return createHmac('sha256', this.#secret).update(`dpop nonce ${slot}`).digest('base64url')
  }
}

/** In a time that tells nothing of our own: who could guess it from that would choose the time of a proof. */
const isSame = (shown: Buffer, own: Buffer): boolean => shown.length === own.length && timingSafeEqual(shown, own)
