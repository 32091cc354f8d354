import { isUtf8 } from 'node:buffer'
import type { JsonObject, JsonValue } from '@gatehouse/protocol'
import type { Defect } from '../engine/defects.ts'
import type { EndpointName } from '../engine/endpoint-names.ts'
import type { FaultOptions } from '../engine/fault-options.ts'
import type { Tenant } from '../engine/tenant.ts'
import type { Answer } from '../http/message.ts'

/** The call whose answer is bent. */
export interface Scene {
  readonly tenant: Tenant
  readonly endpoint: string
  /** Path and query as they were asked for. */
  readonly target: string
  readonly parameters: Readonly<Record<string, readonly string[]>>
}

/** Undefined where the answer has nothing that could go wrong in this way: a login page has no `state`. */
export type Bend = (answer: Answer, scene: Scene) => Answer | undefined

/** A named way in which an endpoint does not answer as it must. */
export interface Misbehaviour extends Pick<Defect, 'name' | 'say' | 'answers' | 'client' | 'section' | 'allowed'> {
  /** Where it can happen. */
  readonly endpoints: readonly EndpointName[] | 'any'
  /** What is scripted in place of the endpoint's answer, or around it. */
  readonly fault?: Pick<FaultOptions, 'status' | 'headers' | 'body' | 'truncate' | 'trickle' | 'reset'>
  /** What becomes of the endpoint's answer. */
  readonly bend?: Bend
}

/** What a resource server says when its provider can not be understood: never that the token is bad. */
export const UNAVAILABLE = { status: 503, error: null, code: 'issuer_unavailable' } as const

export const REJECT_ANSWER = 'treats the answer as an error'

/** Makes the rows of one endpoint whose answers go to clients. */
export const rowsOf =
  (endpoint: EndpointName) =>
  (name: string, say: string, section: string, bend: Bend, more: Partial<Misbehaviour> = {}): Misbehaviour => ({
    name,
    say,
    answers: undefined,
    client: REJECT_ANSWER,
    section,
    endpoints: [endpoint],
    bend,
    ...more,
  })

type Members = Record<string, JsonValue>

/** Changes the members of a good JSON answer. `false`: there is nothing to change. */
export const bendJson =
  (change: (members: Members, scene: Scene) => unknown): Bend =>
  (answer, scene) => {
    const members = readMembers(answer)
    if (members === undefined || change(members, scene) === false) return undefined
    return { ...answer, body: JSON.stringify(members) }
  }

export const setMember = (name: string, value: JsonValue): Bend =>
  bendJson(members => {
    members[name] = value
  })

export const dropMember = (name: string): Bend => bendJson(members => name in members && delete members[name])

/** Other text for a good answer. */
export const bendText =
  (change: (text: string, scene: Scene) => string): Bend =>
  (answer, scene) =>
    answer.status < 300 && isText(answer.body) ? { ...answer, body: change(String(answer.body), scene) } : undefined

const isText = (body: Answer['body']): boolean => typeof body === 'string' || isUtf8(body)

export function readMembers({ status, body }: Answer): Members | undefined {
  if (status >= 300 || typeof body !== 'string' || !body.startsWith('{')) return undefined
  try {
    return JSON.parse(body) as JsonObject as Members
  } catch {
    return undefined
  }
}

/** The answer with a header set over the one there was. */
export const withHeader = (answer: Answer, name: string, value: string): Answer => ({
  ...answer,
  headers: [...answer.headers.filter(([key]) => key.toLowerCase() !== name), [name, value]],
})
