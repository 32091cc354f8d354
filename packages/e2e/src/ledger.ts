import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { MockProvider } from '@gatehouse/mock-provider'
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import type { Test } from 'tap'

/** A secret that was found where it must not be. */
export interface Leak {
  readonly place: string
  /** Its beginning: a report is no place for a secret either. */
  readonly secret: string
}

/** What must stay secret, what was shown, and whether the one is in the other. */
export interface Ledger {
  /** Notes a secret, with its parts where it is a JWT and with its other spellings. Too short ones are any word, and left out. */
  hide(secret: string): void
  /** Notes what somebody may read: a line of a log, an answer, a metric. */
  show(place: string, text: string): void
  leaks(): readonly Leak[]
  readonly size: { readonly secrets: number; readonly characters: number }
}

const SHORTEST = 12

export function createLedger(): Ledger {
  const secrets = new Set<string>()
  const shown = new Map<string, string[]>()
  let characters = 0
  const note = (text: string) => {
    if (text.length >= SHORTEST) secrets.add(text)
  }
  return {
    hide(secret) {
      const parts = /^[\w-]+\.[\w-]+\.[\w-]+$/.test(secret) ? secret.split('.').slice(1) : []
      for (const text of [secret, ...parts]) for (const spelling of [text, encodeURIComponent(text)]) note(spelling)
    },
    show(place, text) {
      characters += text.length
      const before = shown.get(place)
      if (before === undefined) shown.set(place, [text])
      else before.push(text)
    },
    leaks() {
      return [...shown].flatMap(([place, texts]) => {
        const text = texts.join('\n')
        return [...secrets]
          .filter(secret => text.includes(secret))
          .map(secret => ({ place, secret: secret.slice(0, 6) }))
      })
    },
    get size() {
      return { secrets: secrets.size, characters }
    },
  }
}

/** Of this process: whatever its servers are sent and its clients send as a credential, and whatever its gateways say. */
export const ledger = createLedger()

/** Hides the credentials in header fields. */
export function hideCredentials(to: Ledger, name: string, value: string): void {
  switch (name.toLowerCase()) {
    case 'authorization':
    case 'proxy-authorization': {
      const [scheme = '', credentials = ''] = value.trim().split(/ +(.*)/s)
      to.hide(credentials)
      if (scheme.toLowerCase() !== 'basic') return
      const [, secret = ''] = Buffer.from(credentials, 'base64').toString().split(/:(.*)/s)
      to.hide(decode(secret))
      return
    }
    case 'dpop':
      to.hide(value)
      return
    case 'cookie':
      for (const pair of value.split('; ')) to.hide(pair.split(/=(.*)/s)[1] ?? '')
  }
}

/** A client's secret is form-encoded in Basic (RFC 6749 section 2.3.1). */
function decode(secret: string): string {
  try {
    return decodeURIComponent(secret.replaceAll('+', ' '))
  } catch {
    return secret
  }
}

function hideAll(fields: readonly unknown[]): void {
  for (let at = 0; at + 1 < fields.length; at += 2) hideCredentials(ledger, String(fields[at]), String(fields[at + 1]))
}

subscribe('http.server.request.start', message => hideAll((message as { request: IncomingMessage }).request.rawHeaders))
subscribe('http.client.request.start', message => {
  hideAll(Object.entries((message as { request: ClientRequest }).request.getHeaders()).flat())
})
subscribe('undici:request:create', message => {
  const { headers } = (message as { request: { headers: string | readonly string[] } }).request
  hideAll(typeof headers === 'string' ? headers.split('\r\n').flatMap(line => line.split(/: (.*)/s, 2)) : headers)
})

/** Throws where a secret was shown by now: for the teardown of whatever shows, which then fails its test. */
export function refuseLeaks(watched: Ledger = ledger): void {
  const leaks = watched.leaks()
  if (leaks.length > 0) throw new Error(`secrets were shown: ${JSON.stringify(leaks.slice(0, 10))}`)
}

/** Of a server whose own lines about requests are off: what is left is what the gateway says. */
export const LOGGED = {
  logController: new LogController({ disableRequestLogging: true }),
  logger: { level: 'trace', stream: { write: (line: string) => ledger.show('log', line) } },
} as const

/** An application whose log is searched when the test ends, with everything that was shown by then. */
export function openApp(t: Test): FastifyInstance {
  const app = Fastify(LOGGED)
  t.teardown(async () => {
    await app.close()
    refuseLeaks()
  })
  return app
}

/** Shows what a provider remembers of its requests. */
export function showJournals(worlds: readonly { readonly journal: MockProvider['journal'] }[]): void {
  for (const { journal } of worlds) ledger.show('journal', JSON.stringify(journal.list()))
}
