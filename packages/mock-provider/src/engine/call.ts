import type { JsonObject, JsonValue } from '@gatehouse/protocol'
import type { Occasion } from './faults.ts'

/** A request as it came over any adapter. */
export interface RawCall {
  readonly method: string
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** Of the client, PEM (RFC 8705). */
  readonly certificate?: string
}

/** A name with every value it was given, in order. */
export type Parameters = ReadonlyMap<string, readonly string[]>

/** The same request, read once: what faults match and findings judge. */
export interface ParsedCall {
  readonly endpoint: string
  readonly method: string
  readonly text: string
  readonly query: Parameters
  /** Of a form body (RFC 6749 appendix B). */
  readonly form: Parameters
  /** Of a JSON body; undefined where there is none or it does not parse. */
  readonly json: JsonValue | undefined
  /** Claims of a request object sent by value (RFC 9101), read without verifying. */
  readonly object: JsonObject | undefined
  /** What the sender shows beside a secret: a DPoP proof (RFC 9449), a certificate (RFC 8705), also by header (RFC 9440). Unjudged. */
  readonly shows: { readonly proof: boolean; readonly certificate: boolean }
  /** HTTP Basic (RFC 7617), form-decoded as RFC 6749 section 2.3.1 says. */
  readonly basic: { readonly id: string; readonly secret: string } | undefined
  /** The authentication scheme of `Authorization`, lower-cased. */
  readonly scheme: string | undefined
  /** `client_id` from wherever it was shown: Basic, form, query, or the `sub` of a client assertion. */
  readonly clientId: string | undefined
}

/** Reads a request without judging it. Never throws: what does not parse is absent. */
export function parseCall(endpoint: string, raw: RawCall): ParsedCall {
  const type = (raw.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const text = new TextDecoder().decode(raw.body)
  const query = readParameters(raw.query)
  const form = readParameters(type === 'application/x-www-form-urlencoded' ? text : '')
  const [scheme = '', credential = ''] = (raw.headers.authorization ?? '').trim().split(/ +/)
  const basic = scheme.toLowerCase() === 'basic' ? readBasic(credential) : undefined
  const named = basic?.id ?? form.get('client_id')?.[0] ?? query.get('client_id')?.[0]
  return {
    endpoint,
    method: raw.method,
    text,
    query,
    form,
    json: /^application\/(?:[\w.-]+\+)?json$/.test(type) ? parseJson(text) : undefined,
    object: readClaims((form.get('request') ?? query.get('request'))?.[0]),
    shows: {
      proof: raw.headers.dpop !== undefined,
      certificate: raw.certificate !== undefined || raw.headers['client-cert'] !== undefined,
    },
    basic,
    scheme: scheme === '' ? undefined : scheme.toLowerCase(),
    clientId: named ?? assertedClient(form.get('client_assertion')?.[0]),
  }
}

/** A call as faults are matched against it. */
export const occasionOf = (endpoint: string, raw: RawCall): Occasion => ({
  endpoint,
  parameters: () => matchable(parseCall(endpoint, raw)),
})

/** Every parameter that a fault can match, wherever it was sent; `method` is the request's. */
function matchable(call: ParsedCall): Record<string, readonly string[]> {
  const all: Record<string, string[]> = Object.create(null)
  const add = (name: string, values: readonly unknown[]): void => {
    all[name] = [...(all[name] ?? []), ...values.map(String)]
  }
  add('method', [call.method])
  for (const [name, values] of [...call.query, ...call.form]) add(name, values)
  if (isObject(call.json)) {
    for (const [name, value] of Object.entries(call.json)) add(name, Array.isArray(value) ? value : [value])
  }
  if (call.clientId !== undefined) add('client_id', [call.clientId])
  return all
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function readParameters(encoded: string): Parameters {
  const parameters = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(encoded)) {
    const values = parameters.get(name)
    if (values === undefined) parameters.set(name, [value])
    else values.push(value)
  }
  return parameters
}

function readBasic(credential: string): { id: string; secret: string } | undefined {
  const text = Buffer.from(credential, 'base64').toString()
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { id: formDecode(text.slice(0, colon)), secret: formDecode(text.slice(colon + 1)) }
}

function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

/** RFC 7523 section 3: the client is the `sub` of its assertion. Read without verifying, only to say whose call this claims to be. */
function assertedClient(assertion: string | undefined): string | undefined {
  const claims = readClaims(assertion)
  return typeof claims?.sub === 'string' ? claims.sub : undefined
}

function readClaims(jwt: string | undefined): JsonObject | undefined {
  if (jwt === undefined) return undefined
  const claims = parseJson(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())
  return isObject(claims) ? claims : undefined
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}
