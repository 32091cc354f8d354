import type { JsonObject, JsonValue } from '@gatehouse/protocol'
import type { Dialect } from '../engine/dialect.ts'
import type { EndpointName } from '../engine/endpoint-names.ts'
import type { Tenant } from '../engine/tenant.ts'
import type { Endpoint } from '../http/endpoint.ts'
import type { Answer, Question } from '../http/message.ts'
import type { Ports } from '../ports.ts'

/** One identity system: data over the same engine. */
export interface Preset {
  readonly name: string
  readonly aliases: readonly string[]
  /** How its tokens are written. */
  readonly dialect: Dialect
  /** Every path that it has, below the tenant. */
  readonly layout: readonly Place[]
  readonly manners: Readonly<Partial<Record<EndpointName, Manner>>>
  /** On every answer, in place of what it says by the same name. */
  readonly headers?: Readonly<Record<string, string>>
  /** How it sends a browser on; the parameters of an answer to a client, in the system's order. */
  readonly callback: (parameters: Callback, call: Call) => Callback
  /** What it answers where it has no path, or does not take the method. Undefined: as the provider does. */
  readonly nowhere?: (question: Question) => Answer | undefined
}

/** A path and the endpoint that is there; with `own`, one that the standard does not have. */
export interface Place {
  readonly path: string
  readonly name: EndpointName
  readonly own?: Endpoint
}

export type Callback = readonly (readonly [name: string, value: string])[]

/** A request to one of the system's endpoints. */
export interface Call {
  readonly tenant: Tenant
  readonly ports: Ports
  /** As the standard would have it, after `read`. */
  readonly question: Question
  /** As it came. */
  readonly original: Question
  /** Of the form of a POST, else of the query. */
  readonly parameters: URLSearchParams
}

/** How one endpoint is spoken to and speaks. */
export interface Manner {
  /** Puts what the system takes where the standard takes it; in order. */
  readonly read?: readonly Reading[]
  /** Answers without the engine where it wants to. */
  readonly before?: (call: Call) => Answer | undefined | Promise<Answer | undefined>
  /** Answers in place of a success. */
  readonly instead?: (body: JsonObject, call: Call) => Answer | undefined
  /** What becomes of a page with a form. */
  readonly page?: (answer: Answer, call: Call) => Answer
  /** The body of a success, in the system's names and order. */
  readonly tell?: (body: JsonObject, call: Call) => JsonValue
  /** Of successes with a JSON body. */
  readonly contentType?: string
  /** Of successes. */
  readonly headers?: Readonly<Record<string, string>>
  /** The last word on an answer, whichever it is. */
  readonly finish?: (answer: Answer) => Answer
  /** The first that fits answers in place of the standard's refusal. */
  readonly refusals?: readonly RefusalRow[]
}

export type Reading = (question: Question, tenant: Tenant) => Question

/** What the engine refused, and in which words. */
export interface Refused {
  readonly status: number
  /** Empty where the refusal has none. */
  readonly error: string
  readonly description: string
}

/** One way of refusing. A body that is a text is HTML unless `type` says otherwise. */
export interface RefusalRow {
  readonly when: (refused: Refused, call: Call) => boolean
  readonly status: number
  readonly body: JsonObject | string | ((refused: Refused, call: Call) => JsonObject | string)
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}
