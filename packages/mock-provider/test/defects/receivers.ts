import { createLocalJWKSet, type JWTVerifyOptions, jwtVerify } from 'jose'
import * as client from 'openid-client'
import {
  createMockProvider,
  type Defect,
  type Misbehaviour,
  type MockProvider,
  type TokenKind,
} from '../../src/index.ts'
import { CALLBACK, ORIGIN } from '../journey.ts'

export type Receiver = 'jose' | 'openid-client'

const NONCE = 'the-nonce-that-was-sent'
const STATE = 'the-state-that-was-sent'

/** What a correct receiver demands of a JWT of each kind, in the words of jose. */
const DEMANDS: Readonly<Partial<Record<TokenKind, JWTVerifyOptions>>> = {
  access: { typ: 'at+jwt', audience: ORIGIN, requiredClaims: ['exp', 'iat', 'sub', 'client_id', 'jti'] },
  id: { audience: 'demo', requiredClaims: ['exp', 'iat', 'sub'] },
  logout: { typ: 'logout+jwt', audience: 'demo', requiredClaims: ['exp', 'iat', 'jti', 'events'] },
}

export const newProvider = (): MockProvider =>
  createMockProvider({
    seed: 'defects',
    issuer: ORIGIN,
    clients: {
      demo: { client_secret: 'demo-secret' },
      sealed: { client_secret: 'sealed-secret', userinfo_signed_response_alg: 'RS256' },
    },
  })

/** Whether jose refuses a token of this kind with this defect; none for an opaque one. */
export async function joseRefuses(provider: MockProvider, kind: TokenKind, defect?: string): Promise<boolean> {
  const { token } = await provider.mint({ kind, ...(defect === undefined ? {} : { defect }) })
  const demand = {
    issuer: ORIGIN,
    maxTokenAge: '1d',
    algorithms: ['RS256', 'RS512', 'PS512', 'ES256'],
    ...DEMANDS[kind],
  }
  return throws(jwtVerify(token, createLocalJWKSet(provider.keys.jwks() as never), demand))
}

/** Which journey shows what a row can do to a client. */
type Journey = 'code' | 'hybrid' | 'jarm' | 'refresh' | 'userinfo' | 'sealed userinfo' | 'introspection'

const JOURNEYS: Readonly<Record<string, Journey>> = { userinfo: 'userinfo', introspect: 'introspection' }

const journeyOf = ({ name, endpoints }: Misbehaviour): Journey => {
  if (name.startsWith('jarm_')) return 'jarm'
  if (name.startsWith('refresh_')) return 'refresh'
  if (name.startsWith('userinfo_jwt_')) return 'sealed userinfo'
  if (name === 'http_introspection_endpoint') return 'introspection'
  return JOURNEYS[endpoints[0] ?? ''] ?? 'code'
}

/** Whether openid-client refuses what an endpoint that misbehaves answers. */
export async function clientRefuses(row: Misbehaviour): Promise<{ refuses: boolean; met: boolean }> {
  const endpoint = row.endpoints === 'any' ? 'token' : row.endpoints[0]
  return drive(journeyOf(row), { ...(endpoint === undefined ? {} : { endpoint }), misbehaviour: row.name })
}

/** Whether openid-client refuses an ID token with this defect, from the token endpoint or beside a code. */
export async function clientRefusesIdToken({ name }: Defect): Promise<{ refuses: boolean; met: boolean }> {
  const code = await drive('code', { endpoint: 'token', misbehaviour: name })
  const hybrid = await drive('hybrid', { endpoint: 'authorize', misbehaviour: name })
  return { refuses: code.refuses || hybrid.refuses, met: code.met && hybrid.met }
}

/** Goes through a journey as a careful client does, with a fault in force. */
export async function drive(
  journey: Journey,
  fault?: { readonly endpoint?: string; readonly misbehaviour: string },
): Promise<{ refuses: boolean; met: boolean }> {
  const provider = newProvider()
  const refuses = await throws(
    travel(provider, journey, () => fault !== undefined && provider.faults.add({ ...fault, trickle: 0 })),
  )
  const met = provider.faults.list().some(({ hits }) => hits > 0)
  return { refuses, met }
}

async function travel(provider: MockProvider, journey: Journey, begin: () => unknown): Promise<void> {
  if (journey !== 'refresh') begin()
  const id = journey === 'sealed userinfo' ? 'sealed' : 'demo'
  const config = await client.discovery(new URL(ORIGIN), id, `${id}-secret`, undefined, {
    [client.customFetch]: (url, init) => provider.fetch(new Request(url, init as RequestInit)),
  })
  client.enableNonRepudiationChecks(config)
  if (journey === 'jarm') client.useJwtResponseMode(config)
  if (journey === 'hybrid') client.useCodeIdTokenResponseType(config)
  const verifier = client.randomPKCECodeVerifier()
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid email offline_access',
    login_hint: 'alice',
    state: STATE,
    nonce: NONCE,
    max_age: '60',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  const answer = await provider.fetch(new Request(address, { redirect: 'manual' }))
  const tokens = await client.authorizationCodeGrant(config, new URL(answer.headers.get('location') ?? ''), {
    pkceCodeVerifier: verifier,
    expectedState: STATE,
    expectedNonce: NONCE,
    maxAge: 60,
    idTokenExpected: true,
  })
  if (journey === 'introspection') await client.tokenIntrospection(config, tokens.access_token)
  if (journey === 'userinfo' || journey === 'sealed userinfo')
    await client.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '')
  if (journey !== 'refresh') return
  begin()
  await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
}

const throws = (promise: Promise<unknown>): Promise<boolean> =>
  promise.then(
    () => false,
    () => true,
  )
