import type { IntrospectionClient } from '../issuer/config.ts'

/** What a client adds to a request to prove who asks. */
export interface ClientProof {
  readonly headers: Readonly<Record<string, string>>
  readonly parameters: Readonly<Record<string, string>>
}

type Methods = {
  readonly [M in IntrospectionClient['auth']]: (client: Extract<IntrospectionClient, { auth: M }>) => ClientProof
}

const METHODS: Methods = {
  none: ({ id }) => ({ headers: {}, parameters: id === undefined ? {} : { client_id: id } }),
  // RFC 6749 section 2.3.1 encodes both halves as form values first; some engines take them as they are.
  client_secret_basic: ({ id, secret, encoding }) => {
    const half = encoding === 'form' ? encodeFormValue : (value: string) => value
    const pair = Buffer.from(`${half(id)}:${half(secret)}`, 'utf8').toString('base64')
    return { headers: { authorization: `Basic ${pair}` }, parameters: {} }
  },
  client_secret_post: ({ id, secret }) => ({ headers: {}, parameters: { client_id: id, client_secret: secret } }),
}

/** Client authentication of RFC 6749 section 2.3.1 for a request to the authorization server. */
export function authenticateClient<M extends IntrospectionClient['auth']>(
  client: Extract<IntrospectionClient, { auth: M }>,
): ClientProof {
  const method: (client: Extract<IntrospectionClient, { auth: M }>) => ClientProof = METHODS[client.auth as M]
  return method(client)
}

/** application/x-www-form-urlencoded of one value (RFC 6749 appendix B). */
const encodeFormValue = (value: string): string => new URLSearchParams({ v: value }).toString().slice('v='.length)
