import { createPublicKey } from 'node:crypto'
import type { JsonWebKeySet, PublicJwk, SignatureAlgorithm } from '@gatehouse/protocol'
import { ALGORITHMS, isAlgorithm, type Slot } from './algorithms.ts'
import type { Clock } from './clock.ts'
import type { Entropy } from './entropy.ts'
import { deriveKeyMaterial, type KeyMaterial } from './key-material.ts'
import { Refusal } from './refusal.ts'

export type SigningKey = Omit<KeyMaterial, 'publicMembers'> & {
  readonly kid: string
  readonly slot: Slot
  /** As in the JWKS: public members only. */
  readonly jwk: PublicJwk
  /** The public key as SubjectPublicKeyInfo, PEM. */
  publicPem(): string
}

/** What is told of a key; never a private member. */
export interface KeyInfo {
  readonly kid: string
  /** What it signs: an algorithm, or `RSA` for RS384, RS512 and PS*. */
  readonly alg: Slot
  /** It signs what is issued now. */
  readonly current: boolean
  /** It is in the JWKS now. */
  readonly published: boolean
}

export interface Rotation {
  /** Whose key is replaced. Default RS256. */
  readonly alg?: string
  /** `now`: in the JWKS at once. `late`: signs at once, and is in the JWKS a minute later by the tenant's clock. `never`. Default `now`. */
  readonly publish?: 'now' | 'late' | 'never'
  /** Takes the replaced keys out of the JWKS at once. Default false: they stay, as in an overlap. */
  readonly retireOld?: boolean
}

interface Held {
  readonly key: SigningKey
  /** Seconds since the epoch from which it is published; Infinity for never. */
  publishedFrom: number
}

const SLOTS: readonly Slot[] = ['RS256', 'RSA', 'ES256', 'ES384', 'ES512', 'EdDSA']
const LATE = 60

/** The signing keys of one tenant, all derived from the seed. */
export class KeyRing {
  readonly #entropy: Entropy
  readonly #clock: Clock
  /** Bytes in the name of a key that is made from now on. */
  kidBytes = 15
  /** By slot, the current key last. */
  #held = new Map<Slot, Held[]>()

  constructor(entropy: Entropy, clock: Clock) {
    this.#entropy = entropy
    this.#clock = clock
  }

  /** The key that signs with an algorithm now. HS* have none: they sign with the client's secret. */
  signer(alg: SignatureAlgorithm): SigningKey | undefined {
    const { slot } = ALGORITHMS[alg]
    return slot === undefined ? undefined : this.#slot(slot).at(-1)?.key
  }

  /** A key this tenant has made, retired ones included: its own old signatures stay its own. */
  find(kid: string): SigningKey | undefined {
    for (const slot of SLOTS) {
      const held = this.#slot(slot).find(({ key }) => key.kid === kid)
      if (held !== undefined) return held.key
    }
    return undefined
  }

  /** A key that is not of this tenant, for tokens that somebody else signed. */
  stranger(slot: Slot): SigningKey {
    return this.#make(slot, 'stranger')
  }

  jwks(): JsonWebKeySet {
    const now = this.#clock.now()
    return {
      keys: SLOTS.flatMap(slot => this.#slot(slot).filter(held => held.publishedFrom <= now)).map(({ key }) => key.jwk),
    }
  }

  list(): readonly KeyInfo[] {
    const now = this.#clock.now()
    return SLOTS.flatMap(slot =>
      this.#slot(slot).map(({ key, publishedFrom }, index, all) => ({
        kid: key.kid,
        alg: slot,
        current: index === all.length - 1,
        published: publishedFrom <= now,
      })),
    )
  }

  /** Makes the next key of an algorithm the current one. */
  rotate({ alg = 'RS256', publish = 'now', retireOld = false }: Rotation = {}): KeyInfo | Refusal {
    const slot = SLOTS.find(name => name === alg) ?? (isAlgorithm(alg) ? ALGORITHMS[alg].slot : undefined)
    if (slot === undefined)
      return new Refusal('invalid_request', `alg: has no key of its own (one of ${SLOTS.join(', ')})`)
    const keys = this.#slot(slot)
    if (retireOld) for (const held of keys) held.publishedFrom = Number.POSITIVE_INFINITY
    const now = this.#clock.now()
    const publishedFrom = publish === 'now' ? 0 : publish === 'late' ? now + LATE : Number.POSITIVE_INFINITY
    const key = this.#make(slot, String(keys.length))
    keys.push({ key, publishedFrom })
    return { kid: key.kid, alg: slot, current: true, published: publishedFrom <= now }
  }

  reset(): void {
    this.#held = new Map()
  }

  #slot(slot: Slot): Held[] {
    let held = this.#held.get(slot)
    if (held === undefined) {
      held = [{ key: this.#make(slot, '0'), publishedFrom: 0 }]
      this.#held.set(slot, held)
    }
    return held
  }

  #make(slot: Slot, generation: string): SigningKey {
    const name = `key ${slot} ${generation}`
    const kid = this.#entropy.derive(`${name} kid`, this.kidBytes).toString('base64url')
    const material = deriveKeyMaterial(slot, this.#entropy, name)
    let jwk: PublicJwk | undefined
    return {
      kid,
      slot,
      get jwk() {
        jwk ??= { ...material.publicMembers, kid, use: 'sig', ...(slot === 'RSA' ? {} : { alg: slot }) }
        return jwk
      },
      publicPem: () =>
        createPublicKey({ key: { ...material.publicMembers }, format: 'jwk' })
          .export({ format: 'pem', type: 'spki' })
          .toString(),
      sign: material.sign,
      verify: material.verify,
    }
  }
}
