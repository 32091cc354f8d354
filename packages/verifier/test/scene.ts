import type { JsonObject } from '@gatehouse/protocol'
import { type FakePorts, fakePorts, json, makeKey, type SigningKey, signToken } from '@gatehouse/testkit'
import { createVerifier, type Inbound, type IssuerOptions, type Policy, type Verifier } from '../src/index.ts'

export const ISSUER = 'https://login.example.com'
export const API = 'https://api.example.com'
export const JWKS = `${ISSUER}/keys`
export const DISCOVERY = `${ISSUER}/.well-known/openid-configuration`
export const INTROSPECT = `${ISSUER}/introspect`

/** Introspection as a configuration writes it. */
export const CLIENT = { client: { id: 'gateway', secret: 'gateway-secret' } }

export interface Scene {
  readonly net: FakePorts
  readonly key: SigningKey
  readonly verifier: Verifier
  readonly policy: Policy
  /** A token that passes, but for what is changed. */
  token(claims?: JsonObject, header?: JsonObject, key?: SigningKey): string
  ask(token: string, policy?: Policy): Promise<string>
  publish(...keys: readonly SigningKey[]): void
}

export const bearer = (token: string): Inbound => ({
  method: 'GET',
  target: '/',
  rawHeaders: ['Host', 'api.example.com', 'Authorization', `Bearer ${token}`],
})

/** An issuer with discovery, one key and introspection on a fake network, and a verifier that trusts it. */
export function makeScene(
  options: Partial<IssuerOptions> = {},
  others: Readonly<Record<string, IssuerOptions>> = {},
): Scene {
  const net = fakePorts()
  const key = makeKey('ES256', 'one')
  const publish = (...keys: readonly SigningKey[]): void =>
    net.on(JWKS, () => json({ keys: keys.map(({ jwk }) => jwk) }))
  net.on(DISCOVERY, () => json({ issuer: ISSUER, jwks_uri: JWKS, introspection_endpoint: INTROSPECT }))
  publish(key)
  const main = { issuer: ISSUER, audience: API, ...options }
  const verifier: Verifier = createVerifier({ issuers: { main, ...others } }, net.ports)
  const policy = verifier.policy({})
  return {
    net,
    key,
    verifier,
    policy,
    publish,
    token: (claims = {}, header = {}, signer = key) =>
      signToken(signer, { iss: ISSUER, aud: API, sub: 'alice', exp: net.now() + 300, ...claims }, header),
    ask: async (token, asked = policy) => codeOf(await verifier.authenticate(bearer(token), asked)),
  }
}

export const codeOf = (outcome: { ok: true } | { ok: false; rejection: { code: string } }): string =>
  outcome.ok ? 'ok' : outcome.rejection.code
