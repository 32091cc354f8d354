import type { Line } from './tunnel.ts'

/** RFC 6455 section 7.4.1: the endpoint is going away. */
const GOING_AWAY = 1001

/** The WebSockets that are open through the gateway. */
export class Lines {
  readonly #open = new Set<Line>()
  #isEnding = false

  /** Whether no more are taken. */
  get isEnding(): boolean {
    return this.#isEnding
  }

  add(line: Line): void {
    this.#open.add(line)
    line.client.once('close', () => this.#open.delete(line))
    // Asked for before the end and answered after it.
    if (this.#isEnding) line.close(GOING_AWAY, SAY)
  }

  /** Resolves when all are closed. */
  async endAll(): Promise<void> {
    this.#isEnding = true
    const open = [...this.#open]
    for (const line of open) line.close(GOING_AWAY, SAY)
    await Promise.all(open.map(({ client }) => client.closed || new Promise(resolve => client.once('close', resolve))))
  }
}

const SAY = 'the gateway is going away'
