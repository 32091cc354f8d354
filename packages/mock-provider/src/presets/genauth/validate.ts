import { findLiveToken } from '../../engine/inspect.ts'
import { decodeJwt, isSignedBy } from '../../engine/jwt.ts'
import type { Tenant } from '../../engine/tenant.ts'
import { say } from '../../http/answers.ts'
import type { Endpoint, Exchange } from '../../http/endpoint.ts'
import type { Answer } from '../../http/message.ts'

/** A call without credentials: the claims of a good token as they are, and `code: 400` under status 200 for another one. */
export const validateToken: Endpoint = { name: 'validate', cors: true, methods: { GET: validate } }

function validate({ question, tenant }: Exchange): Answer {
  const query = new URLSearchParams(question.query)
  const name = query.has('id_token') || !query.has('access_token') ? 'id_token' : 'access_token'
  const token = query.get(name) ?? ''
  const jwt = decodeJwt(token)
  if (jwt === undefined) return say(200, { code: 400, message: `${name} format is incorrect` })
  return isGood(tenant, name, token) ? say(200, jwt.claims) : say(200, { code: 400, message: `${name} is invalid` })
}

function isGood(tenant: Tenant, name: 'id_token' | 'access_token', token: string): boolean {
  if (name === 'access_token') return findLiveToken(tenant, token)?.kind === 'access'
  const jwt = decodeJwt(token)
  const { aud, exp, iss } = jwt?.claims ?? {}
  const secret = typeof aud === 'string' ? tenant.clients.get(aud)?.secret : undefined
  const isInTime = typeof exp === 'number' && exp > tenant.clock.now()
  return (
    jwt !== undefined &&
    iss === tenant.issuer &&
    isInTime &&
    isSignedBy(jwt, kid => tenant.keys.find(kid), secret) &&
    tenant.store.findIdToken(token)?.revoked !== true
  )
}
