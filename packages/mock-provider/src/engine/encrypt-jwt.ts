import type { JsonObject } from '@gatehouse/protocol'
import type { Ports } from '../ports.ts'
import { findClientKeys } from './client-keys.ts'
import type { Client } from './clients.ts'
import { findDecryptionKey } from './encryption-keys.ts'
import {
  CONTENT_ALGORITHMS,
  DEFAULT_CONTENT_ALGORITHM,
  ENCRYPTION_ALGORITHMS,
  encryptJwe,
  fitsEncryption,
} from './jwe.ts'
import { Refusal } from './refusal.ts'
import type { Tenant } from './tenant.ts'

/** How a client wants something encrypted, as it registered it. */
export interface EncryptionOrder {
  readonly alg: string
  /** Default A128CBC-HS256 (OpenID Connect Registration section 2). */
  readonly enc?: string | undefined
}

/** What a client registered for one kind of answer, by the first part of the members' names (`id_token`, `userinfo`, `introspection`, `authorization`). */
export function encryptionOrderOf({ metadata }: Client, kind: string): EncryptionOrder | undefined {
  const { [`${kind}_encrypted_response_alg`]: alg, [`${kind}_encrypted_response_enc`]: enc } = metadata
  if (typeof alg !== 'string') return undefined
  return { alg, enc: typeof enc === 'string' ? enc : undefined }
}

/** A JWT as the content of a JWE (RFC 7519 section 5.2) for a key that the client published now. */
export const encryptJwt = (
  tenant: Tenant,
  ports: Pick<Ports, 'fetch'>,
  client: Client,
  order: EncryptionOrder,
  jwt: string,
): Promise<string | Refusal> => encryptText(tenant, ports, client, order, { cty: 'JWT' }, jwt)

/** Any text as the content of a JWE; `header` is put beside `alg`, `enc` and `kid`. */
export async function encryptText(
  tenant: Tenant,
  ports: Pick<Ports, 'fetch'>,
  client: Client,
  { alg, enc = DEFAULT_CONTENT_ALGORITHM }: EncryptionOrder,
  header: JsonObject,
  text: string,
): Promise<string | Refusal> {
  const jwk = (await findClientKeys(ports.fetch, client)).find(key => fitsEncryption(key, alg))
  if (jwk === undefined) return cannot(`the client publishes no key for ${alg}`)
  const kid = typeof jwk.kid === 'string' ? { kid: jwk.kid } : {}
  const draw = (bytes: number): Buffer => tenant.entropy.bytes('jwe', bytes)
  const jwe = encryptJwe(draw, jwk, { alg, enc }, { ...kid, ...header }, Buffer.from(text))
  return jwe ?? cannot(`the client's key for ${alg} is none`)
}

/** It is the client's mistake and nothing of the request's: the answer says so instead of going out unencrypted. */
const cannot = (why: string): Refusal => new Refusal('invalid_client_metadata', `encryption: ${why}`)

/** The content of a JWE that somebody made for this tenant; undefined for anything else. */
export async function decryptJwt(tenant: Tenant, token: string): Promise<string | undefined> {
  // Loaded here, since hardly any request is encrypted.
  const { compactDecrypt } = await import('jose')
  try {
    const { plaintext } = await compactDecrypt(
      token,
      header => {
        const key = findDecryptionKey(tenant, header as JsonObject)
        if (key === undefined) throw new TypeError('no such key')
        return key
      },
      {
        keyManagementAlgorithms: [...ENCRYPTION_ALGORITHMS],
        contentEncryptionAlgorithms: [...CONTENT_ALGORITHMS],
      },
    )
    return Buffer.from(plaintext).toString()
  } catch {
    return undefined
  }
}
