import { completePorts, type Denial, type Ports } from '@gatehouse/verifier'

/** A denial as JSON has it, which knows no infinity: without `until` it is never over. */
export type WrittenDenial = Omit<Denial, 'until'> & { readonly until?: number }

/** As many as a worker remembers. */
const MOST = 100_000

export const writeDenial = ({ until, ...denial }: Denial): WrittenDenial =>
  Number.isFinite(until) ? { ...denial, until } : denial

export const readDenial = (written: WrittenDenial): Denial => ({ until: Infinity, ...written })

/** What was revoked and is not over, for workers that start later. Full, it forgets nothing: what more comes is not remembered. */
export class DenialBook {
  readonly #now: Ports['now']
  readonly #denials = new Map<string, WrittenDenial>()

  constructor(ports: Partial<Ports> = {}) {
    this.#now = completePorts(ports).now
  }

  /** False where there was no room for all. */
  note(denials: readonly WrittenDenial[]): boolean {
    for (const denial of denials) {
      if (this.#denials.size >= MOST) this.#forgetOld()
      if (this.#denials.size >= MOST) return false
      this.#denials.set(JSON.stringify(denial), denial)
    }
    return true
  }

  get inForce(): readonly WrittenDenial[] {
    this.#forgetOld()
    return [...this.#denials.values()]
  }

  #forgetOld(): void {
    const now = this.#now()
    for (const [key, { until = Infinity }] of this.#denials) if (until <= now) this.#denials.delete(key)
  }
}
