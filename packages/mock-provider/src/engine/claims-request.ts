import type { JsonObject, JsonValue } from '@gatehouse/protocol'
import { isObject } from './members.ts'
import { Refusal } from './refusal.ts'

/** One claim asked for by name (OpenID Connect Core section 5.5.1). */
export interface ClaimWish {
  readonly essential: boolean
  /** Of `value` or `values`; undefined where any will do. */
  readonly values: readonly JsonValue[] | undefined
}

export type ClaimWishes = ReadonlyMap<string, ClaimWish>

/** The `claims` parameter: what is asked for, by place. */
export interface ClaimsRequest {
  readonly id_token: ClaimWishes
  readonly userinfo: ClaimWishes
}

/** Reads the `claims` parameter. Members that section 5.5 does not name are ignored, as it says. */
export function parseClaimsRequest(text: string | undefined): ClaimsRequest | Refusal | undefined {
  if (text === undefined) return undefined
  const value = parseJson(text)
  if (!isObject(value)) return refuse('must be a JSON object')
  const idToken = parseWishes(value.id_token)
  const userinfo = parseWishes(value.userinfo)
  return idToken === undefined || userinfo === undefined
    ? refuse('id_token and userinfo must be objects whose members are null or {essential, value, values}')
    : { id_token: idToken, userinfo }
}

function parseWishes(value: unknown): ClaimWishes | undefined {
  if (value === undefined || value === null) return new Map()
  if (!isObject(value)) return undefined
  const wishes = new Map<string, ClaimWish>()
  for (const [name, wish] of Object.entries(value)) {
    if (wish !== null && !isObject(wish)) return undefined
    const { essential = false, value: one, values } = wish ?? {}
    if (typeof essential !== 'boolean' || (values !== undefined && !Array.isArray(values))) return undefined
    wishes.set(name, { essential, values: one === undefined ? (values as readonly JsonValue[] | undefined) : [one] })
  }
  return wishes
}

/** The claims of somebody that were asked for by name; one whose value is not among those asked for is left out. */
export function grantWishes(wishes: ClaimWishes | undefined, claims: JsonObject): JsonObject {
  if (wishes === undefined) return {}
  return Object.fromEntries(
    Object.entries(claims).filter(([name, value]) => {
      const wish = wishes.get(name)
      return wish !== undefined && meets(wish, value)
    }),
  )
}

/** Whether a value is one of those asked for. */
export const meets = ({ values }: ClaimWish, value: JsonValue): boolean =>
  values === undefined || values.some(wanted => JSON.stringify(wanted) === JSON.stringify(value))

const refuse = (say: string): Refusal => new Refusal('invalid_request', `claims: ${say}`)

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
