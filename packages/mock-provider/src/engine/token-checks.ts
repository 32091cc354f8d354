import type { JsonObject } from '@gatehouse/protocol'
import { ALGORITHMS, isAlgorithm } from './algorithms.ts'
import { findLiveToken } from './inspect.ts'
import { type DecodedJwt, decodeHeader, decodeJwt, isSignedBy } from './jwt.ts'
import type { Tenant } from './tenant.ts'

/** One thing that was looked at. `ok` is null where there is nothing to judge. */
export interface TokenCheck {
  readonly name: 'form' | 'signature' | 'key' | 'issuer' | 'time' | 'state'
  readonly ok: boolean | null
  readonly say: string
}

/** A token as its own issuer sees it. */
export interface TokenReport {
  /** What introspection would say of it, whoever asked. */
  readonly active: boolean
  /** Null for what is no JWT. */
  readonly header: JsonObject | null
  /** Of a JWT as it says them; of an opaque token as the tenant remembers them; null where there are none. */
  readonly claims: JsonObject | null
  readonly checks: readonly TokenCheck[]
}

/** Looks at a token from whatever source. Judges neither audience nor scope: what they must be, only a resource server knows. */
export function checkToken(tenant: Tenant, token: string): TokenReport {
  const live = findLiveToken(tenant, token)
  const jwt = decodeJwt(token)
  const remembered = live?.kind === 'access' ? live.claims : null
  const state: TokenCheck = {
    name: 'state',
    ok: live !== undefined,
    say:
      live === undefined
        ? 'Introspection says that it is not active.'
        : `Introspection says: active ${live.kind} token.`,
  }
  if (jwt === undefined) {
    const form = explainForm(token)
    return {
      active: live !== undefined,
      header: decodeHeader(token) ?? null,
      claims: remembered,
      checks: [form, state],
    }
  }
  const { header, claims } = jwt
  const form: TokenCheck = { name: 'form', ok: true, say: 'A signed JWT in compact form.' }
  const checks = [form, checkSignature(tenant, jwt), checkKey(tenant, jwt), checkIssuer(tenant, claims)]
  const isForClients = live === undefined && !isAccessType(header.typ)
  const unjudged: TokenCheck = { name: 'state', ok: null, say: 'Introspection knows access and refresh tokens only.' }
  return {
    active: live !== undefined,
    header,
    claims,
    checks: [...checks, checkTime(tenant, claims), isForClients ? unjudged : state],
  }
}

function explainForm(token: string): TokenCheck {
  const parts = token.split('.').length
  if (parts === 1) return { name: 'form', ok: null, say: 'An opaque token: there is nothing in it to read.' }
  if (parts === 5) return { name: 'form', ok: null, say: 'A JWE: encrypted, only who has the key can read it.' }
  return {
    name: 'form',
    ok: false,
    say: 'No JWT: three parts in base64url, two of them JSON objects, are wanted (RFC 7515 section 3.1).',
  }
}

function checkSignature(tenant: Tenant, jwt: DecodedJwt): TokenCheck {
  const { header, claims } = jwt
  const name = 'signature'
  if (!isAlgorithm(header.alg)) return { name, ok: false, say: 'alg names no algorithm that this provider signs with.' }
  const owner = typeof claims.client_id === 'string' ? claims.client_id : [claims.aud].flat()[0]
  const secret = typeof owner === 'string' ? tenant.clients.get(owner)?.secret : undefined
  const ok = isSignedBy(jwt, kid => tenant.keys.find(kid), secret)
  const whose = ALGORITHMS[header.alg].kind === 'hmac' ? "the client's secret" : 'a key of this tenant'
  return { name, ok, say: ok ? `Made with ${header.alg} and ${whose}.` : `Not made with ${header.alg} and ${whose}.` }
}

function checkKey(tenant: Tenant, { header }: DecodedJwt): TokenCheck {
  const name = 'key'
  if (isAlgorithm(header.alg) && ALGORITHMS[header.alg].kind === 'hmac')
    return { name, ok: null, say: 'HS* has no key in the JWKS.' }
  if (typeof header.kid !== 'string') return { name, ok: false, say: 'The header names no kid.' }
  const ok = tenant.keys.jwks().keys.some(({ kid }) => kid === header.kid)
  if (ok) return { name, ok, say: 'The kid is in the JWKS now.' }
  const isOurs = tenant.keys.find(header.kid) !== undefined
  return {
    name,
    ok,
    say: isOurs ? 'The key is ours, and is not in the JWKS now.' : 'No key of this tenant has this kid.',
  }
}

function checkIssuer({ issuer }: Tenant, { iss }: JsonObject): TokenCheck {
  const ok = iss === issuer
  return { name: 'issuer', ok, say: ok ? "iss is this tenant's issuer." : `iss is not ${issuer}.` }
}

function checkTime({ clock }: Tenant, { exp, nbf }: JsonObject): TokenCheck {
  const name = 'time'
  const now = clock.now()
  if (exp !== undefined && typeof exp !== 'number') return { name, ok: false, say: 'exp is no number.' }
  if (nbf !== undefined && typeof nbf !== 'number') return { name, ok: false, say: 'nbf is no number.' }
  if (exp !== undefined && exp <= now) return { name, ok: false, say: "It is over, by this tenant's clock." }
  if (nbf !== undefined && nbf > now) return { name, ok: false, say: "It does not begin yet, by this tenant's clock." }
  return exp === undefined
    ? { name, ok: null, say: 'It has no exp, and so no end.' }
    : { name, ok: true, say: "It is in force now, by this tenant's clock." }
}

const isAccessType = (typ: unknown): boolean => typeof typ === 'string' && /^(?:application\/)?at\+jwt$/i.test(typ)
