import type { JsonObject, JsonValue } from '@gatehouse/protocol'
import { type Parameters, type ParsedCall, parseCall, type RawCall } from './call.ts'
import type { Delivery } from './delivery.ts'
import { type ClientFacts, type Finding, findFindings } from './findings.ts'
import { findOffences, type Offence, type Profile } from './profiles.ts'
import { REDACTED, redactEncoded, redactHeader, redactJson, redactValue } from './redact.ts'

/** What was seen of one call, kept as it came: it is parsed, judged and redacted only when somebody reads it. */
export interface JournalInput extends RawCall {
  /** The tenant's time, in seconds since the epoch. */
  readonly at: number
  readonly endpoint: string
  /** What was answered: never a body, since bodies hold tokens. */
  readonly status: number
  /** The OAuth error answered (RFC 6749 section 5.2). */
  readonly error?: string | undefined
  /** The scripted fault that the call met. */
  readonly fault?: string | undefined
  /** What clients answered to what they were sent meanwhile. */
  readonly sent?: readonly Delivery[] | undefined
}

/** One request of the journal, secrets redacted. */
export interface JournalEntry {
  /** Counts up from 1 since the journal was cleared. */
  readonly number: number
  /** The tenant's time, in seconds since the epoch. */
  readonly at: number
  readonly endpoint: string
  readonly method: string
  readonly path: string
  readonly client_id?: string
  /** As it came, secrets replaced. */
  readonly raw: {
    readonly method: string
    /** Path and query as sent. */
    readonly target: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
  readonly parsed: {
    readonly query: JsonObject
    readonly form: JsonObject
    readonly json?: JsonValue
    readonly authorization?: JsonObject
  }
  readonly response: { readonly status: number; readonly error?: string; readonly fault?: string }
  /** What clients were sent because of it, such as logout tokens, and what they answered. */
  readonly sent?: readonly Delivery[]
  readonly findings: readonly Finding[]
  /** What a stricter profile would have refused in it. */
  readonly profiles: { readonly [P in Profile]: readonly Offence[] }
}

/** One call with what was known of its client when it had been answered. */
export interface Recorded {
  readonly input: JournalInput
  readonly client: ClientFacts | undefined
}

/** Parses, judges and redacts. */
export function describe({ input, client }: Recorded, number: number): JournalEntry {
  const call = parseCall(input.endpoint, input)
  const query = redactEncoded(input.query)
  return {
    number,
    at: input.at,
    endpoint: input.endpoint,
    method: input.method,
    path: input.path,
    ...(call.clientId === undefined ? {} : { client_id: call.clientId }),
    raw: {
      method: input.method,
      target: query === '' ? input.path : `${input.path}?${query}`,
      headers: Object.fromEntries(
        Object.entries(input.headers).map(([name, value]) => [name, redactHeader(name, value)]),
      ),
      body: redactBody(call),
    },
    parsed: {
      query: redactParameters(call.query),
      form: redactParameters(call.form),
      ...(call.json === undefined ? {} : { json: redactJson(call.json) }),
      ...describeAuthorization(call),
    },
    response: {
      status: input.status,
      ...(input.error === undefined ? {} : { error: input.error }),
      ...(input.fault === undefined ? {} : { fault: input.fault }),
    },
    ...(input.sent === undefined ? {} : { sent: input.sent }),
    findings: findFindings(call, client),
    profiles: {
      'oauth2.1': findOffences(call, client, 'oauth2.1'),
      fapi2: findOffences(call, client, 'fapi2'),
    },
  }
}

function redactBody({ text, form, json }: ParsedCall): string {
  if (text === '') return ''
  if (form.size > 0) return redactEncoded(text)
  if (json !== undefined) return JSON.stringify(redactJson(json))
  // In what is not understood no secret can be found, so nothing of it is shown.
  return `[${text.length} characters, not shown]`
}

const redactParameters = (parameters: Parameters): JsonObject =>
  Object.fromEntries(
    [...parameters].map(([name, values]): [string, JsonValue] => {
      const shown = values.map(value => redactValue(name, value))
      return [name, shown.length === 1 ? (shown[0] ?? '') : shown]
    }),
  )

function describeAuthorization({ scheme, basic }: ParsedCall): { authorization?: JsonObject } {
  if (scheme === undefined) return {}
  return { authorization: basic === undefined ? { scheme } : { scheme, client_id: basic.id, client_secret: REDACTED } }
}
