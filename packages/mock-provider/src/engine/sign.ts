import type { JsonObject, SignatureAlgorithm } from '@gatehouse/protocol'
import { ALGORITHMS } from './algorithms.ts'
import { hmac, signJwt } from './jwt.ts'
import { Refusal } from './refusal.ts'
import type { Tenant } from './tenant.ts'

/** A tenant's header of a JWT and what signs below it. HS* use the client's secret (OpenID Connect Core section 10.1) and so name no key. */
export interface Signer {
  readonly header: JsonObject
  readonly sign: (input: Buffer) => Buffer
}

export function chooseSigner(
  tenant: Tenant,
  alg: SignatureAlgorithm,
  typ: string,
  clientId: string | undefined,
): Signer | Refusal {
  const type = typeHeader(tenant, typ)
  if (ALGORITHMS[alg].kind === 'hmac') {
    const secret = clientId === undefined ? undefined : tenant.clients.get(clientId)?.secret
    if (secret === undefined)
      return new Refusal('invalid_request', `alg: ${alg} signs with the client's secret, and this client has none`)
    return { header: { alg, ...type }, sign: input => hmac(alg, secret, input) }
  }
  const key = tenant.keys.signer(alg)
  if (key === undefined) return new Refusal('invalid_request', `alg: no key signs with ${alg}`)
  return { header: { alg, ...type, kid: key.kid }, sign: input => key.sign(alg, input) }
}

export function signClaims(
  tenant: Tenant,
  alg: SignatureAlgorithm,
  typ: string,
  clientId: string | undefined,
  claims: JsonObject,
): string | Refusal {
  const signer = chooseSigner(tenant, alg, typ, clientId)
  return signer instanceof Refusal ? signer : signJwt(signer.header, claims, signer.sign, tenant.dialect.write)
}

/** `typ` as the tenant's system writes it, if it does. */
function typeHeader({ dialect }: Tenant, typ: string): JsonObject {
  const type = dialect.types[typ]
  return type === null ? {} : { typ: type ?? typ }
}
