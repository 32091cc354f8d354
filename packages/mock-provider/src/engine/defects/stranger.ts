import { isAlgorithm } from '../algorithms.ts'
import { hmac } from '../jwt.ts'
import type { Tenant } from '../tenant.ts'

/** A signature by a key of the same kind that is not the tenant's. */
export function strangerSignature(alg: unknown, tenant: Tenant): (input: Buffer) => Buffer {
  if (!isAlgorithm(alg)) return () => Buffer.alloc(32, 1)
  const slot = tenant.keys.signer(alg)?.slot
  if (slot === undefined) return input => hmac(alg, "a stranger's secret", input)
  return input => tenant.keys.stranger(slot).sign(alg, input)
}
