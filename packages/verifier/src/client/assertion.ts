import { loadJose } from '../jose.ts'
import type { Ports } from '../ports.ts'
import type { AssertionClient } from './config.ts'

/** RFC 7523 section 2.2, RFC 7521 section 4.2. */
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Seconds; an assertion is used once and at once. */
const LIFETIME = 60

/**
 * The parameters of a client that signs for itself (RFC 7523 section 3). Each is used once: `jti` is new. `aud` is one string, the
 * issuer unless the configuration names another: a list, or an endpoint's URL, lets one server's assertion serve at another.
 */
export async function signAssertion(client: AssertionClient, ports: Ports): Promise<Readonly<Record<string, string>>> {
  const now = Math.floor(ports.now())
  const header = { alg: client.algorithm, typ: 'JWT', ...(client.kid === undefined ? {} : { kid: client.kid }) }
  const { SignJWT } = await loadJose()
  const assertion = await new SignJWT({
    iss: client.id,
    sub: client.id,
    aud: client.audience,
    jti: Buffer.from(ports.random(16)).toString('base64url'),
    iat: now,
    exp: now + LIFETIME,
  })
    .setProtectedHeader(header)
    .sign(client.key)
  return { client_id: client.id, client_assertion_type: ASSERTION_TYPE, client_assertion: assertion }
}
