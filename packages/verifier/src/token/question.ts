import { type Asked, ask } from '../ask.ts'
import type { IntrospectionConfig } from '../issuer/config.ts'
import type { Ports, TlsMaterial } from '../ports.ts'
import { authenticateClient } from './client-auth.ts'

/** Bytes of an answer beyond which it is not read. */
const MAX_ANSWER = 65536

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** Asks an issuer about a token (RFC 7662 section 2.1). Does not judge what comes back: see answer.ts. */
export function requestIntrospection(
  settings: IntrospectionConfig,
  endpoint: string,
  token: string,
  tls: TlsMaterial | undefined,
  ports: Ports,
): Promise<Asked> {
  const proof = authenticateClient(settings.client)
  const inQuery = settings.method === 'GET' || settings.tokenIn === 'query'
  const url = new URL(endpoint)
  const body = new URLSearchParams()
  const describeToken = inQuery ? url.searchParams : body
  describeToken.set(settings.tokenParam, token)
  if (settings.hint) describeToken.set('token_type_hint', 'access_token')
  const describeClient = settings.method === 'GET' ? url.searchParams : body
  for (const [name, value] of Object.entries(proof.parameters)) describeClient.set(name, value)
  return ask(ports, {
    url: url.href,
    method: settings.method,
    headers: { accept: 'application/json', ...proof.headers, ...(settings.method === 'POST' ? FORM : {}) },
    ...(settings.method === 'POST' ? { body: body.toString() } : {}),
    ...(tls === undefined ? {} : { tls }),
    timeout: settings.timeout,
    maxBytes: MAX_ANSWER,
  })
}
