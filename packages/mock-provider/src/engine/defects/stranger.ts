import { isAlgorithm } from '../algorithms.ts'
import { hmac } from '../jwt.ts'
import type { Tenant } from '../tenant.ts'
import type { Draft } from './row.ts'

/** A signature by a key of the same kind that is not the tenant's. */
export function strangerSignature(alg: unknown, tenant: Tenant): (input: Buffer) => Buffer {
  if (!isAlgorithm(alg)) return () => Buffer.alloc(32, 1)
  const slot = tenant.keys.signer(alg)?.slot
  if (slot === undefined) return input => hmac(alg, "a stranger's secret", input)
  return input => tenant.keys.stranger(slot).sign(alg, input)
}

/** A stranger signs with ES256, and a header parameter says where to look for the key. */
export const pointAway =
  (header: { readonly jku: string } | { readonly x5u: string }) =>
  (draft: Draft, tenant: Tenant): void => {
    const { kid, sign } = tenant.keys.stranger('ES256')
    Object.assign(draft.header, { alg: 'ES256', kid, ...header })
    draft.sign = input => sign('ES256', input)
  }
