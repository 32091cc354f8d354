import type { Ports, TlsMaterial } from '../ports.ts'
import { signAssertion } from './assertion.ts'
import type { ClientAuthentication } from './config.ts'

/** What a client adds to a request to prove who asks. */
export interface ClientProof {
  readonly headers: Readonly<Record<string, string>>
  readonly parameters: Readonly<Record<string, string>>
  /** Laid over the issuer's own: the client's certificate and key. */
  readonly tls?: TlsMaterial
}

type Method<M extends ClientAuthentication['auth']> = (
  client: Extract<ClientAuthentication, { auth: M }>,
  ports: Ports,
) => ClientProof | Promise<ClientProof>

type Methods = { readonly [M in ClientAuthentication['auth']]: Method<M> }

const parametersOnly = (parameters: Readonly<Record<string, string>>): ClientProof => ({ headers: {}, parameters })

const METHODS: Methods = {
  none: ({ id }) => parametersOnly(id === undefined ? {} : { client_id: id }),
  // RFC 6749 section 2.3.1 encodes both halves as form values first; some engines take them as they are.
  client_secret_basic: ({ id, secret, encoding }) => {
    const half = encoding === 'form' ? encodeFormValue : (value: string) => value
    const pair = Buffer.from(`${half(id)}:${half(secret)}`, 'utf8').toString('base64')
    return { headers: { authorization: `Basic ${pair}` }, parameters: {} }
  },
  client_secret_post: ({ id, secret }) => parametersOnly({ client_id: id, client_secret: secret }),
  client_secret_jwt: async (client, ports) => parametersOnly(await signAssertion(client, ports)),
  private_key_jwt: async (client, ports) => parametersOnly(await signAssertion(client, ports)),
  // RFC 8705 section 2.1.1: the certificate proves, the id names.
  tls_client_auth: ({ id, cert, key }) => ({ headers: {}, parameters: { client_id: id }, tls: { cert, key } }),
}

/** Client authentication for one request to the authorization server: RFC 6749 section 2.3.1, RFC 7523 section 2.2, RFC 8705 section 2. */
export async function authenticateClient<M extends ClientAuthentication['auth']>(
  client: Extract<ClientAuthentication, { auth: M }>,
  ports: Ports,
): Promise<ClientProof> {
  const method: Method<M> = METHODS[client.auth as M]
  return method(client, ports)
}

/** application/x-www-form-urlencoded of one value (RFC 6749 appendix B). */
const encodeFormValue = (value: string): string => new URLSearchParams({ v: value }).toString().slice('v='.length)
