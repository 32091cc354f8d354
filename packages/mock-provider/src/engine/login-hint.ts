import type { JsonObject } from '@gatehouse/protocol'
import type { Ports } from '../ports.ts'
import { verifyClientJwt } from './client-keys.ts'
import { type Client, clientOfFirstUse } from './clients.ts'
import { findUser } from './find-user.ts'
import { readIdTokenHint } from './id-token-hint.ts'
import { decodeJwt } from './jwt.ts'
import { isObject } from './members.ts'
import type { Parameters } from './parameters.ts'
import { Refusal } from './refusal.ts'
import type { Tenant } from './tenant.ts'
import type { User } from './users.ts'

const HINTS = ['login_hint', 'id_token_hint', 'login_hint_token'] as const

/** The user that an authentication request names by exactly one of the three hints (CIBA Core section 7.1). */
export async function readHintedUser(
  tenant: Tenant,
  client: Client,
  parameters: Parameters,
  ask: Ports['fetch'],
): Promise<User | Refusal> {
  const [name, ...more] = HINTS.filter(hint => parameters.has(hint))
  if (name === undefined || more.length > 0)
    return new Refusal('invalid_request', `exactly one of ${HINTS.join(', ')} is required`)
  const value = parameters.one(name) ?? ''
  const hint = name === 'login_hint' ? value : await readToken(tenant, client, name, value, ask)
  if (hint instanceof Refusal) return hint
  return findUser(tenant, hint) ?? new Refusal('unknown_user_id', `${name}: names no user`)
}

async function readToken(
  tenant: Tenant,
  client: Client,
  name: 'id_token_hint' | 'login_hint_token',
  token: string,
  ask: Ports['fetch'],
): Promise<string | Refusal> {
  if (name === 'login_hint_token') return readLoginHintToken(tenant, client, token, ask)
  return (
    readIdTokenHint(tenant, token)?.sub ?? new Refusal('invalid_request', `${name}: is no ID token of this provider`)
  )
}

/**
 * CIBA Core leaves its format open: here a JWT by the client or by one of `trustedIssuers`, with `sub`, or `sub_id` (RFC 9493), and `exp` where it
 * is to end.
 */
async function readLoginHintToken(
  tenant: Tenant,
  client: Client,
  token: string,
  ask: Ports['fetch'],
): Promise<string | Refusal> {
  const iss = decodeJwt(token)?.claims.iss
  const { trustedIssuers } = tenant.settings
  const trusted = typeof iss === 'string' && Object.hasOwn(trustedIssuers, iss) ? trustedIssuers[iss] : undefined
  const signer = trusted === undefined ? client : { ...clientOfFirstUse(String(iss), undefined), metadata: trusted }
  const jwt = await verifyClientJwt(ask, signer, token)
  if (typeof jwt === 'string') return new Refusal('invalid_request', `login_hint_token: ${jwt}`)
  const { exp } = jwt.claims
  if (exp !== undefined && (typeof exp !== 'number' || exp <= tenant.clock.now()))
    return new Refusal('expired_login_hint_token', 'login_hint_token: it expired')
  return readSubject(jwt.claims) ?? new Refusal('invalid_request', 'login_hint_token: names no subject')
}

function readSubject({ sub, sub_id: identifier }: JsonObject): string | undefined {
  const { sub: own, id, email } = isObject(identifier) ? identifier : {}
  return [sub, own, id, email].find(value => typeof value === 'string')
}
