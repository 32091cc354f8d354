import type { JsonObject, JsonValue } from '@gatehouse/protocol'
import type { Tenant } from '../tenant.ts'

export type TokenKind = 'access' | 'id' | 'refresh' | 'logout'

/** A token on its way to being made, for a defect to bend. */
export interface Draft {
  readonly header: Record<string, JsonValue>
  readonly claims: Record<string, JsonValue>
  /** Signs `header.claims`; a defect may put another signature in its place. */
  sign: (input: Buffer) => Buffer
  /** Last change to the serialized token. */
  finish: (token: string) => string
  /** What the provider remembers of it, and so says of it at introspection. */
  memory: 'active' | 'revoked' | 'none'
}

export interface Defect {
  /** Snake case, stable. */
  readonly name: string
  /** What is wrong with the token, in a sentence. */
  readonly say: string
  /** What a correct resource server answers, in the codes of Gatehouse. Undefined where the defect is none for an access token. */
  readonly answers: { readonly status: number; readonly error: string; readonly code: string } | undefined
  /** What a correct client does with an ID or logout token that has it. */
  readonly client?: string
  readonly section: string
  readonly kinds: readonly TokenKind[]
  /** Whether an opaque access token can have it. */
  readonly opaque?: boolean
  readonly bend: (draft: Draft, tenant: Tenant) => void
}

export const invalidToken = (code: string) => ({ status: 401, error: 'invalid_token', code })

/** Puts a member in, or takes it out. */
export const setClaim =
  (name: string, value: JsonValue) =>
  ({ claims }: Draft): void => {
    claims[name] = value
  }

export const dropClaim =
  (name: string) =>
  ({ claims }: Draft): void => {
    delete claims[name]
  }

export const setHeader =
  (name: string, value: JsonValue) =>
  ({ header }: Draft): void => {
    header[name] = value
  }

/** Seconds of a claim that is a time; now where it is none. */
export const timeOf = ({ claims }: Draft, name: string, tenant: Tenant): number => {
  const value = claims[name]
  return typeof value === 'number' ? value : tenant.clock.now()
}

export const parseJsonPart = (part: string): JsonObject =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as JsonObject
