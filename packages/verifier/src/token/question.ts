import { type Asked, ask } from '../ask.ts'
import type { ClientProof } from '../client/authenticate.ts'
import type { IntrospectionConfig } from '../issuer/config.ts'
import type { Ports, TlsMaterial } from '../ports.ts'
import { SIGNED_ANSWER } from './signed-answer.ts'

/** Bytes of an answer beyond which it is not read. */
const MAX_ANSWER = 65536

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const ACCEPT: { readonly [A in IntrospectionConfig['accept']]: string } = {
  json: 'application/json',
  jwt: SIGNED_ANSWER,
}

/** Where and with what an issuer is asked. */
export interface Question {
  readonly endpoint: string
  readonly token: string
  readonly proof: ClientProof
  /** Of the issuer; the client's own certificate, where it has one, is laid over it. */
  readonly tls: TlsMaterial | undefined
}

/** Asks an issuer about a token (RFC 7662 section 2.1). Does not judge what comes back: see answer.ts and signed-answer.ts. */
export function requestIntrospection(
  settings: IntrospectionConfig,
  { endpoint, token, proof, tls }: Question,
  ports: Ports,
): Promise<Asked> {
  const inQuery = settings.method === 'GET' || settings.tokenIn === 'query'
  const url = new URL(endpoint)
  const body = new URLSearchParams()
  const describeToken = inQuery ? url.searchParams : body
  describeToken.set(settings.tokenParam, token)
  if (settings.hint) describeToken.set('token_type_hint', 'access_token')
  const describeClient = settings.method === 'GET' ? url.searchParams : body
  for (const [name, value] of Object.entries(proof.parameters)) describeClient.set(name, value)
  const material = proof.tls === undefined ? tls : { ...tls, ...proof.tls }
  return ask(ports, {
    url: url.href,
    method: settings.method,
    headers: { accept: ACCEPT[settings.accept], ...proof.headers, ...(settings.method === 'POST' ? FORM : {}) },
    ...(settings.method === 'POST' ? { body: body.toString() } : {}),
    ...(material === undefined ? {} : { tls: material }),
    timeout: settings.timeout,
    maxBytes: MAX_ANSWER,
  })
}
