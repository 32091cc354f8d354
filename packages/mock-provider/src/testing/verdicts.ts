import type { JsonObject } from '@gatehouse/protocol'
import type { Journal, JournalEntry } from '../engine/journal.ts'

/** Whatever has a journal: a provider, the world of one tenant, or the journal itself. */
export type Witness = { readonly journal: Pick<Journal, 'list'> } | Pick<Journal, 'list'>

/** What a matcher says, whichever test runner asks. */
export interface Verdict {
  readonly pass: boolean
  /** What is so, or is not: for the runner to show. */
  readonly message: string
  /** What was found, for a diff. */
  readonly actual: unknown
  readonly expected: unknown
}

export interface FindingsOptions {
  /** Of this endpoint only. */
  readonly endpoint?: string
  /** Codes that do not count, such as `client_unregistered`. */
  readonly except?: readonly string[]
  /** Counts what this profile would refuse, too. */
  readonly profile?: 'oauth2.1' | 'fapi2'
}

/** Whether nothing of what was asked would have been refused by a strict provider. */
export function judgeNoFindings(witness: Witness, { endpoint, except = [], profile }: FindingsOptions = {}): Verdict {
  const found = entriesOf(witness)
    .filter(entry => endpoint === undefined || entry.endpoint === endpoint)
    .flatMap(entry => {
      const offences = profile === undefined ? [] : entry.profiles[profile]
      const codes = new Map([...entry.findings, ...offences].map(finding => [finding.code as string, finding]))
      return [...codes.values()]
        .filter(({ code }) => !except.includes(code))
        .map(
          ({ code, say, section }) =>
            `#${entry.number} ${entry.method} ${entry.endpoint}: ${code}: ${say} (${section})`,
        )
    })
  const message =
    found.length === 0
      ? 'nothing was asked that a strict provider would refuse'
      : `a strict provider would have refused:\n${found.map(line => `  ${line}`).join('\n')}`
  return { pass: found.length === 0, message, actual: found, expected: [] }
}

/** A request as it should have been; every member narrows. */
export interface AskedOptions {
  /** An endpoint's name, such as `token`. */
  readonly endpoint: string
  readonly client_id?: string
  readonly method?: string
  /** Of the answer. */
  readonly status?: number
  /** The OAuth error answered. */
  readonly error?: string
  /** Of the query, the form or the JSON body. Secrets read `[redacted]`. */
  readonly parameters?: Readonly<Record<string, unknown>>
  /** How often; default at least once. */
  readonly times?: number
}

/** Whether the provider was asked this. */
export function judgeAsked(witness: Witness, asked: AskedOptions): Verdict {
  const { times, ...wanted } = asked
  const entries = entriesOf(witness)
  const count = entries.filter(entry => isAsked(entry, wanted)).length
  const pass = times === undefined ? count > 0 : count === times
  const often = times === undefined ? 'at least once' : `${times} times`
  const others = entries.map(describe)
  const list = others.length === 0 ? '\n  nothing' : others.map(line => `\n  ${line}`).join('')
  const message = `${JSON.stringify(wanted)} should have been asked ${often} and was asked ${count} times, of:${list}`
  return { pass, message, actual: others, expected: wanted }
}

const entriesOf = (witness: Witness): readonly JournalEntry[] =>
  'journal' in witness ? witness.journal.list() : witness.list()

function isAsked(
  entry: JournalEntry,
  { endpoint, client_id, method, status, error, parameters }: AskedOptions,
): boolean {
  const same = (wanted: unknown, found: unknown): boolean => wanted === undefined || wanted === found
  const sent = parametersOf(entry)
  return (
    entry.endpoint === endpoint &&
    same(client_id, entry.client_id) &&
    same(method, entry.method) &&
    same(status, entry.response.status) &&
    same(error, entry.response.error) &&
    Object.entries(parameters ?? {}).every(([name, value]) => JSON.stringify(sent[name]) === JSON.stringify(value))
  )
}

function parametersOf({ parsed }: JournalEntry): JsonObject {
  const json = typeof parsed.json === 'object' && parsed.json !== null && !Array.isArray(parsed.json) ? parsed.json : {}
  return { ...(json as JsonObject), ...parsed.query, ...parsed.form }
}

const describe = (entry: JournalEntry): string =>
  `#${entry.number} ${entry.method} ${entry.endpoint} ${entry.response.status} ${entry.client_id ?? ''} ${JSON.stringify(parametersOf(entry))}`
