import type { JsonObject, JsonValue } from '@gatehouse/protocol'
import type { Occasion } from './faults.ts'
import { formDecode } from './parameters.ts'

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
  readonly certificate?: string | undefined
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

/** Reads a request without judging it, and no more of it than is looked at. Never throws: what does not parse is absent. */
export const parseCall = (endpoint: string, raw: RawCall): ParsedCall => new Call(endpoint, raw)

class Call implements ParsedCall {
  readonly endpoint: string
  readonly method: string
  readonly #raw: RawCall
  #text: string | undefined
  #query: Parameters | undefined
  #form: Parameters | undefined
  #object: { readonly claims: JsonObject | undefined } | undefined
  #authorization: readonly string[] | undefined

  constructor(endpoint: string, raw: RawCall) {
    this.endpoint = endpoint
    this.method = raw.method
    this.#raw = raw
  }

  get text(): string {
    this.#text ??= new TextDecoder().decode(this.#raw.body)
    return this.#text
  }

  get query(): Parameters {
    this.#query ??= readParameters(this.#raw.query)
    return this.#query
  }

  get form(): Parameters {
    this.#form ??= readParameters(this.#type === 'application/x-www-form-urlencoded' ? this.text : '')
    return this.#form
  }

  get json(): JsonValue | undefined {
    return /^application\/(?:[\w.-]+\+)?json$/.test(this.#type) ? parseJson(this.text) : undefined
  }

  get object(): JsonObject | undefined {
    this.#object ??= { claims: readClaims((this.form.get('request') ?? this.query.get('request'))?.[0]) }
    return this.#object.claims
  }

  get shows(): ParsedCall['shows'] {
    const { headers, certificate } = this.#raw
    return {
      proof: headers.dpop !== undefined,
      certificate: certificate !== undefined || headers['client-cert'] !== undefined,
    }
  }

  get basic(): ParsedCall['basic'] {
    return this.scheme === 'basic' ? readBasic(this.#credentials[1] ?? '') : undefined
  }

  get scheme(): string | undefined {
    return this.#credentials[0]?.toLowerCase() || undefined
  }

  get clientId(): string | undefined {
    return (
      this.basic?.id ??
      this.form.get('client_id')?.[0] ??
      this.query.get('client_id')?.[0] ??
      assertedClient(this.form.get('client_assertion')?.[0])
    )
  }

  get #type(): string {
    return (this.#raw.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  }

  get #credentials(): readonly string[] {
    this.#authorization ??= (this.#raw.headers.authorization ?? '').trim().split(/ +/)
    return this.#authorization
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
  return colon < 0 ? undefined : { id: decode(text.slice(0, colon)), secret: decode(text.slice(colon + 1)) }
}

const decode = (text: string): string => formDecode(text) ?? text

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
