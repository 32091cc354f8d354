import type { JsonValue } from '@gatehouse/protocol'
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
  readonly answers: { readonly status: number; readonly error: string | null; readonly code: string } | undefined
  /** What a correct client does with an ID or logout token that has it. */
  readonly client?: string
  readonly section: string
  /** Why a correct receiver may take the token all the same: it is legal, harmless, or seen only by somebody who knows more. */
  readonly allowed?: string
  /** Only a receiver that holds access tokens to RFC 9068 (`typ: at+jwt`) can see it. */
  readonly strict?: true
  readonly kinds: readonly TokenKind[]
  /** Whether an opaque access token can have it. */
  readonly opaque?: boolean
  readonly bend: (draft: Draft, tenant: Tenant) => void
}

/** Most defects are such of every JWT there is. */
export const JWTS: readonly TokenKind[] = ['access', 'id', 'logout']

/** What a correct client does with nearly all of them. */
export const REJECT = 'rejects the token'

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

type Part = (text: string) => string | Buffer

/** Puts other bytes in the place of the header or the claims, signed as the draft would be. `text` is the JSON there was. */
export const rewrite =
  (parts: { readonly header?: Part; readonly claims?: Part }) =>
  (draft: Draft): void => {
    draft.finish = token => {
      const [header = '', claims = ''] = token.split('.')
      const input = `${replacePart(header, parts.header)}.${replacePart(claims, parts.claims)}`
      return `${input}.${draft.sign(Buffer.from(input)).toString('base64url')}`
    }
    draft.memory = 'none'
  }

const replacePart = (part: string, replace: Part | undefined): string =>
  replace === undefined ? part : Buffer.from(replace(Buffer.from(part, 'base64url').toString())).toString('base64url')

/** A part with one more member in front, which may be there twice then. */
export const addMember =
  (member: string) =>
  (text: string): string =>
    `{${member},${text.trim().slice(1)}`
