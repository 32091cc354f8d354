import { encryptionJwks } from '../engine/encryption-keys.ts'
import type { Tenant } from '../engine/tenant.ts'
import { publicJson } from '../http/answers.ts'
import type { Endpoint } from '../http/endpoint.ts'

/** RFC 7517 section 5; public members only. */
export const jwks: Endpoint = {
  name: 'jwks',
  cors: true,
  methods: { GET: ({ tenant }) => publicJson({ keys: keysOf(tenant) }, 'application/jwk-set+json') },
}

/** Those that sign, then those that clients may encrypt to; a system that takes nothing encrypted has none of these. */
const keysOf = (tenant: Tenant): readonly object[] => [
  ...tenant.keys.jwks().keys,
  ...(tenant.dialect.name === 'standard' ? encryptionJwks(tenant) : []),
]
