import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { JsonObject } from '@gatehouse/protocol'
import { type SigningKey, signToken } from '@gatehouse/testkit'
import type { IssuerConfig } from '../../../src/issuer/config.ts'
import { parseKey, type VerificationKey } from '../../../src/jwk.ts'
import { accept } from '../../../src/outcome.ts'
import { API, ISSUER, makeConfig, NOW } from '../../configs.ts'

/** RFC 8410 section 7, around 32 bytes that are always the same: so are all signatures, and a corpus holds from run to run. */
const privateKey = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]),
  format: 'der',
  type: 'pkcs8',
})
const publicJwk = createPublicKey(privateKey).export({ format: 'jwk' }) as JsonObject & { kty: string }

/** The key of the one honest issuer. */
export const KEY: SigningKey = {
  alg: 'EdDSA',
  kid: 'one',
  privateKey,
  jwk: { ...publicJwk, kid: 'one', alg: 'EdDSA', use: 'sig' },
}

const known = parseKey(KEY.jwk)
export const KEYS: readonly VerificationKey[] = known === undefined ? [] : [known]
export const KEEPER = { find: () => accept(KEYS) }
export const CONFIG: IssuerConfig = makeConfig({ algorithms: new Set(['EdDSA']) })
export const CLAIMS: JsonObject = { iss: ISSUER, aud: API, sub: 'alice', exp: NOW + 300 }

export const signed = (claims: JsonObject, header: JsonObject = {}): string => signToken(KEY, claims, header)

export const encode = (text: string): string => Buffer.from(text, 'latin1').toString('base64url')

/** An input as text, and the object that it is as JSON; undefined where it is none. */
export function readObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
  } catch {
    return undefined
  }
}

/** What is signed, as the holder of the key wrote it. */
export interface Said {
  readonly header: JsonObject
  readonly claims: JsonObject
}

/** Header and claims, each a JSON object on a line; undefined where the input is something else. */
export function readSaid(input: Buffer): Said | undefined {
  const [header, claims] = input.toString('latin1').split('\n').map(readObject)
  return header === undefined || claims === undefined ? undefined : { header, claims }
}

export interface Forged {
  readonly token: string
  /** Undefined: nobody signed it, whoever made it had one good token and no key. */
  readonly said: Said | undefined
}

/** Makes tokens of inputs: what the holder of the key says, or text in which `@T` stands for a good token, `@H`, `@C` and `@S` for its parts, and `<…>` is encoded. */
export function createForge(good: string): (input: Buffer) => Forged {
  const [header = '', claims = '', signature = ''] = good.split('.')
  const parts: Readonly<Record<string, string>> = { '@T': good, '@H': header, '@C': claims, '@S': signature }
  return input => {
    const said = readSaid(input)
    if (said !== undefined) return { token: signed(said.claims, said.header), said }
    const text = input.toString('latin1').replace(/@[THCS]/g, mark => parts[mark] ?? '')
    return { token: text.replace(/<([^>]*)>/g, (_, inside: string) => encode(inside)), said }
  }
}

/** Marks of a forge, for dictionaries. */
export const FORGE_WORDS: readonly string[] = ['@T', '@H', '@C', '@S', '<', '>', '.', '\n']

/** Names and values of claims, for dictionaries. */
export const CLAIM_WORDS: readonly string[] = [
  ...[
    '"iss":',
    '"aud":',
    '"sub":',
    '"exp":',
    '"nbf":',
    '"iat":',
    '"jti":',
    '"scope":',
    '"scp":',
    '"client_id":',
    '"azp":',
    '"cnf":',
  ],
  ...[
    '"jkt":',
    '"x5t#S256":',
    '"events":',
    '"typ":',
    '"alg":',
    '"kid":',
    '"crit":',
    '"token_use":',
    '"acr":',
    '"auth_time":',
  ],
  ...[
    `"${ISSUER}"`,
    `"${API}"`,
    `${NOW}`,
    `${NOW + 300}`,
    '"1700000300"',
    '1e400',
    '-1',
    '0',
    '-0',
    '1.5',
    '9007199254740993',
  ],
  ...[
    'null',
    'true',
    'false',
    '[]',
    '{}',
    '""',
    '" "',
    '"a b"',
    '[',
    ']',
    '{',
    '}',
    ',',
    '"__proto__":',
    '"constructor":',
  ],
]
