import { publicJson } from '../http/answers.ts'
import type { Endpoint } from '../http/endpoint.ts'

/** RFC 7517 section 5; public members only. */
export const jwks: Endpoint = {
  name: 'jwks',
  cors: true,
  methods: { GET: ({ tenant }) => publicJson(tenant.keys.jwks(), 'application/jwk-set+json') },
}
