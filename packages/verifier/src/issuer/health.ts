import type { Ports } from '../ports.ts'

/** What readiness and `gatehouse check` say about an issuer. `lastError` is a constant sentence. */
export interface IssuerStatus {
  readonly name: string
  readonly issuer: string
  /** `idle`: not asked yet. */
  readonly state: 'idle' | 'ready' | 'down'
  /** Epoch seconds of the last change of `state`; undefined while idle. */
  readonly since: number | undefined
  readonly lastError?: string
}

/** What the last question to an issuer came to, whichever endpoint it went to. */
export class Health {
  readonly #ports: Ports
  readonly #name: string
  readonly #issuer: string
  #state: IssuerStatus['state'] = 'idle'
  #since: number | undefined
  #lastError: string | undefined

  constructor(ports: Ports, name: string, issuer: string) {
    this.#ports = ports
    this.#name = name
    this.#issuer = issuer
  }

  ready(): void {
    this.#change('ready')
  }

  down(cause: string): void {
    this.#change('down')
    this.#lastError = cause
  }

  read(): IssuerStatus {
    const status = { name: this.#name, issuer: this.#issuer, state: this.#state, since: this.#since }
    return this.#lastError === undefined ? status : { ...status, lastError: this.#lastError }
  }

  #change(state: 'ready' | 'down'): void {
    if (this.#state === state) return
    this.#state = state
    this.#since = this.#ports.now()
  }
}
