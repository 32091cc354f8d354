import type { IncomingMessage, ServerResponse } from 'node:http'
import { makeKey, signToken, signWithSecret } from '@gatehouse/testkit'

/** What a stub of a real system knows of one request: its form or query, and who asks. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly form: URLSearchParams
  readonly authorization: string | undefined
}

export type StubAnswer = readonly [status: number, type: string, body: string]

/** One system as its own software answers: payload shapes from captures, written here without any code of ours that issues tokens. */
export interface System {
  readonly name: 'serpense' | 'genauth' | 'code100' | 'oidc-op' | 'uaepass'
  readonly issuerOf: (origin: string) => string
  /** What the user writes beyond `issuer`, `preset` and credentials. */
  readonly audience: readonly string[] | 'unchecked'
  readonly introspection: Readonly<Record<string, unknown>> | undefined
  /** Tokens by fate; `null` where the system has no such token. */
  readonly tokens: (issuer: string, now: number) => { good: string; expired: string; revoked: string; foreign: string }
  readonly answer: (asked: Asked, issuer: string, now: number) => StubAnswer
  readonly subject: string
}

const SECRET = 'app-secret-of-the-client-0123456789'
const basic = (id: string, secret: string): string => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
const json = (status: number, value: unknown, type = 'application/json'): StubAnswer => [
  status,
  type,
  JSON.stringify(value),
]
const HTML_404: StubAnswer = [404, 'text/html', '<!doctype html><title>404 Not Found</title>']
const rsa = makeKey('RS256', 'TfLOt3Lbn8_a8pRMuessamqj-o3DBCs1-owHLQ-VMqQ')
const ec = makeKey('ES256', 'YV20cmFuZG9ta2lk')
const stranger = makeKey('RS256', rsa.kid)
const withoutAlg = ({ alg: _, ...jwk }: Record<string, unknown>): Record<string, unknown> => jwk

const magenToken = (issuer: string, now: number, exp: number, sub: string): string =>
  signWithSecret(
    SECRET,
    { sub, auth_time: now - 600, aud: 'serpense-app', iss: issuer, iat: exp - 4000, exp },
    { typ: 'JWT' },
  )

const serpense: System = {
  name: 'serpense',
  issuerOf: origin => origin,
  audience: ['serpense-app'],
  introspection: undefined,
  subject: 'user@example.com',
  tokens: (issuer, now) => ({
    good: magenToken(issuer, now, now + 4000, 'user@example.com'),
    expired: magenToken(issuer, now, now - 60, 'user@example.com'),
    revoked: magenToken(issuer, now, now + 3000, 'never-stored@example.com'),
    foreign: '81330b1000894573a0c02b42a4a763b4',
  }),
  answer({ method, path, query }, issuer, now) {
    if (method !== 'GET' || path !== '/oauth/tokeninfo') return HTML_404
    const { good, expired } = this.tokens(issuer, now)
    const token = query.get('id_token')
    if (token === expired)
      return json(200, {
        error: 'invalid_mid_token',
        error_description: 'You MID token has been expired. It is not valid anymored',
      })
    // An unknown token is an uncaught exception there.
    if (token !== good) return [500, 'text/html', '<!DOCTYPE html><title>DoesNotExist // Werkzeug Debugger</title>']
    return json(200, {
      registered_on: 'Tue, 18 Oct 2016 19:30:56 GMT',
      magen_client_id: '985a69866e8149cbd3fb76a2bff567a6',
      department: '',
      idp: 'serpense_box',
      exp: now + 4000,
      email_verified: 'true',
      picture: null,
      group: 'standard',
      aud: 'serpense-app',
      role: '',
      iss: issuer,
      last_name: '',
      username: 'user@example.com',
      sub: 'user@example.com',
      iat: now,
      locale: null,
      first_name: '',
    })
  },
}

const genauthAccess = (issuer: string, now: number, exp: number, jti: string, key = rsa): string =>
  signToken(
    key,
    { jti, sub: '5f719946524ee1099229496b', iat: now, exp, scope: 'openid profile', iss: issuer, aud: 'genauth-app' },
    { typ: 'JWT' },
  )

const genauth: System = {
  name: 'genauth',
  issuerOf: origin => `${origin}/oidc`,
  audience: ['genauth-app'],
  introspection: { client: { id: 'genauth-app', secret: SECRET } },
  subject: '5f719946524ee1099229496b',
  tokens: (issuer, now) => ({
    good: genauthAccess(issuer, now, now + 3600, 'K5DYewQ69aaUdMgvrU2QS'),
    expired: genauthAccess(issuer, now - 7200, now - 3600, 'K5DYewQ69aaUdMgvrU2QT'),
    revoked: genauthAccess(issuer, now, now + 3600, 'K5DYewQ69aaUdMgvrU2QU'),
    foreign: genauthAccess(issuer, now, now + 3600, 'K5DYewQ69aaUdMgvrU2QV', stranger),
  }),
  answer({ method, path, form }, issuer, now) {
    if (path === '/oidc/.well-known/openid-configuration')
      return json(200, {
        issuer,
        jwks_uri: `${issuer}/.well-known/jwks.json`,
        introspection_endpoint: `${issuer}/token/introspection`,
      })
    if (path === '/oidc/.well-known/jwks.json') return json(200, { keys: [rsa.jwk] })
    if (path !== '/oidc/token/introspection') return HTML_404
    if (method !== 'POST') return json(404, { error: 'invalid_request', error_description: 'unrecognized route' })
    if (form.get('client_id') !== 'genauth-app' || form.get('client_secret') !== SECRET)
      return json(401, { error: 'invalid_client', error_description: 'client authentication failed' })
    if (form.get('token') !== this.tokens(issuer, now).good) return json(200, { active: false })
    return json(200, {
      active: true,
      sub: this.subject,
      client_id: 'genauth-app',
      exp: now + 3600,
      iat: now,
      iss: issuer,
      jti: 'K5DYewQ69aaUdMgvrU2QS',
      scope: 'openid profile',
      token_type: 'Bearer',
    })
  },
}

const GRANT_SUBJECT = '3d2ae8c8-5e6f-4f43-8c43-7a3b2d0a1f11'
const REFERENCE = 'a5c1f5b2'.repeat(8)
const grantAccess = (issuer: string, exp: number, sub: string, key = rsa): string =>
  signToken(key, {
    nbf: exp - 3000,
    exp,
    iss: issuer,
    aud: issuer,
    client_id: 'my-app',
    sub,
    auth_time: exp - 3001,
    scope: ['openid', 'profile'],
    amr: ['pwd'],
  })

const code100: System = {
  name: 'code100',
  issuerOf: origin => origin,
  audience: [],
  introspection: { client: { id: 'Api_Connection', secret: SECRET } },
  subject: GRANT_SUBJECT,
  tokens: (issuer, now) => ({
    good: REFERENCE,
    expired: grantAccess(issuer, now - 100, GRANT_SUBJECT),
    revoked: 'b'.repeat(64),
    foreign: grantAccess(issuer, now + 3000, GRANT_SUBJECT, stranger),
  }),
  answer({ method, path, form }, issuer, now) {
    if (path === '/.well-known/openid-configuration')
      return json(200, { issuer, jwks_uri: `${issuer}/.well-known/openid-configuration/jwks` })
    if (path === '/.well-known/openid-configuration/jwks') return json(200, { keys: [rsa.jwk] })
    if (path !== '/connect/introspect') return HTML_404
    if (method !== 'POST') return [405, 'text/plain', '']
    if (form.get('client_id') !== 'Api_Connection' || form.get('client_secret') !== SECRET)
      return [401, 'text/plain', '']
    if (form.get('token') !== REFERENCE) return json(200, { active: false })
    return json(200, {
      active: true,
      nbf: now,
      exp: now + 3000,
      iss: issuer,
      aud: [issuer, 'Api_Connection'],
      client_id: 'my-app',
      sub: GRANT_SUBJECT,
      auth_time: now - 1,
      amr: 'pwd',
      scope: 'Api_Connection scope1 scope2',
    })
  },
}

const opAccess = (issuer: string, exp: number, jti: string, key = ec): string => {
  const { typ: _, ...header } = { kid: key.kid, typ: undefined }
  return signToken(
    key,
    {
      scope: ['openid', 'profile', 'offline_access'],
      aud: ['flask-client'],
      jti,
      client_id: 'flask-client',
      sub: 'dikr0001',
      sid: 'Z0FBQUFBQm==',
      token_class: 'access_token',
      iss: issuer,
      iat: exp - 3600,
      exp,
    },
    header,
  )
}

const oidcOp: System = {
  name: 'oidc-op',
  issuerOf: origin => origin,
  audience: ['flask-client'],
  introspection: { client: { id: 'flask-client', secret: SECRET } },
  // With `both`, the answer's: the same person under a hash.
  subject: 'a7b0dea2'.repeat(8),
  tokens: (issuer, now) => ({
    good: opAccess(issuer, now + 3600, '5b2c1a0e4f'),
    expired: opAccess(issuer, now - 60, '5b2c1a0e50'),
    revoked: opAccess(issuer, now + 3600, '5b2c1a0e51'),
    foreign: opAccess(issuer, now + 3600, '5b2c1a0e52', makeKey('ES256', ec.kid)),
  }),
  answer({ method, path, form, authorization }, issuer, now) {
    if (path === '/.well-known/openid-configuration')
      return json(200, {
        issuer,
        jwks_uri: `${issuer}/static/jwks.json`,
        introspection_endpoint: `${issuer}/introspection`,
      })
    if (path === '/static/jwks.json') return json(200, { keys: [withoutAlg(rsa.jwk), withoutAlg(ec.jwk)] })
    if (path !== '/introspection' || method !== 'POST') return HTML_404
    const html = 'text/html; charset=utf-8'
    if (authorization !== basic('flask-client', SECRET))
      return json(400, { error: 'invalid_request', error_description: 'Authorization failed' }, html)
    const { good, expired } = this.tokens(issuer, now)
    if (form.get('token') === expired)
      return json(400, { error: 'invalid_request', error_description: 'Token has expired' }, html)
    if (form.get('token')?.split('.')[1] !== good.split('.')[1]) return json(200, { active: false })
    return json(200, {
      active: true,
      scope: 'openid profile offline_access',
      client_id: 'flask-client',
      exp: 0,
      iat: now,
      sub: this.subject,
      iss: issuer,
      token_type: 'access_token',
      aud: ['flask-client'],
    })
  },
}

const UUID = '67f2536e-07e6-37c1-967f-78562000a4f9'

const uaepass: System = {
  name: 'uaepass',
  issuerOf: origin => origin,
  audience: 'unchecked',
  introspection: { client: { id: 'sandbox_stage', secret: 'sandbox_stage' } },
  subject: '800F475AC0E7A9ED01B2D5D2C25A59B3',
  tokens: () => ({
    good: UUID,
    expired: '67f2536e-07e6-37c1-967f-785620000001',
    revoked: '67f2536e-07e6-37c1-967f-785620000002',
    foreign: 'no-token-of-anybody',
  }),
  answer({ method, path, form, authorization }, issuer, now) {
    if (path !== '/idshub/introspect' || method !== 'POST') return HTML_404
    if (authorization !== basic('sandbox_stage', 'sandbox_stage')) return [401, 'application/json', '']
    const { expired } = this.tokens(issuer, now)
    const token = form.get('token')
    if (token === expired) return json(400, { active: false })
    // As its documentation prints it: no JSON at all.
    if (token !== UUID) return [400, 'application/json', '{"active":false,} }']
    return json(200, {
      sub: this.subject,
      nbf: now,
      scope: 'urn:uae:digitalid:profile:general',
      user_claims: {},
      client_claims: { sub: 'sdg_digivault', acr: '', domain: 'x', amr: '', distinguished_name: 'CN=SDG', name: 'SDG' },
      active: true,
      token_type: 'Bearer',
      exp: now + 3600,
      iat: now,
      client_id: 'sandbox_stage',
      username: 'admin@tenant.example',
    })
  },
}

export const SYSTEMS: readonly System[] = [serpense, genauth, code100, oidcOp, uaepass]

/** Serves one system; answers of `answer` byte for byte. */
export async function serveSystem(
  system: System,
  issuer: () => string,
  now: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stub')
  const [status, type, body] = system.answer(
    {
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      form: new URLSearchParams(Buffer.concat(chunks).toString()),
      authorization: request.headers.authorization,
    },
    issuer(),
    now,
  )
  response.writeHead(status, { 'content-type': type }).end(body)
}
