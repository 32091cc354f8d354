import { STANDARD } from '../../engine/dialect.ts'
import { both, hasStatus, isError, lacks, lacksClient, lacksToken, usesBasic } from '../conditions.ts'
import { documentOf, keysFor } from '../metadata.ts'
import { plainLogout } from '../plain-logout.ts'
import type { Call, Manner, Preset, RefusalRow } from '../preset.ts'
import { offlineAtWill, secretOfNamed, tokenInQuery } from '../readings.ts'
import { letters } from '../texts.ts'
import { introspectByName, tellIntrospection, tellTokens, tellUser } from './answers.ts'
import { exchangeIdToken } from './by-id-token.ts'
import { accessToken, idToken } from './claims.ts'
import { validateToken } from './validate.ts'

const refuse = (error: string, error_description: string): { error: string; error_description: string } => ({
  error,
  error_description,
})

const wrongMethod: RefusalRow = {
  when: hasStatus(405),
  status: 404,
  body: (_refused, { question: { method, path } }: Call) =>
    refuse('invalid_request', `unrecognized route or not allowed method (${method} on ${path})`),
}

const clientRows: readonly RefusalRow[] = [
  wrongMethod,
  {
    when: lacksClient,
    status: 400,
    body: refuse('invalid_request', 'no client authentication mechanism provided'),
  },
  {
    when: both(isError('invalid_client'), usesBasic),
    status: 401,
    body: refuse('invalid_client', 'client authentication failed'),
    headers: {
      'www-authenticate':
        'Basic realm="genauth", error="invalid_client", error_description="client authentication failed"',
    },
  },
  { when: isError('invalid_client'), status: 401, body: refuse('invalid_client', 'client authentication failed') },
]

const missingToken: RefusalRow = {
  when: both(isError('invalid_request'), lacks('token')),
  status: 400,
  body: refuse('invalid_request', "missing required parameter 'token'"),
}

const userinfo: Manner = {
  read: [tokenInQuery],
  tell: (_body, call) => tellUser(call),
  refusals: [
    { when: isError('insufficient_scope'), status: 200, body: (_refused, call) => tellUser(call) },
    {
      when: lacksToken,
      status: 400,
      body: refuse('invalid_request', 'no access token provided'),
    },
    {
      when: isError('invalid_token', 'invalid_request'),
      status: 401,
      body: refuse('invalid_token', 'invalid token provided'),
      headers: {
        'www-authenticate': 'Bearer realm="genauth", error="invalid_token", error_description="invalid token provided"',
      },
    },
  ],
}

const METHODS = ['client_secret_post', 'client_secret_basic', 'none'] as const

const METADATA = {
  scopes_supported: ['openid', 'profile', 'email', 'phone', 'address', 'offline_access'],
  response_types_supported: ['code'],
  response_modes_supported: ['query', 'fragment', 'form_post'],
  grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['HS256', 'RS256'],
  token_endpoint_auth_methods_supported: METHODS,
  introspection_endpoint_auth_methods_supported: METHODS,
  revocation_endpoint_auth_methods_supported: METHODS,
  code_challenge_methods_supported: ['S256', 'plain'],
}

/** GenAuth, formerly Authing: node-oidc-provider below `/oidc`, and a validation call of its own beside it. */
export const genauth: Preset = {
  name: 'genauth',
  aliases: ['authing'],
  dialect: {
    ...STANDARD,
    name: 'genauth',
    issuerPath: '/oidc',
    settings: {
      consent: 'never',
      accessToken: { format: 'jwt', alg: 'RS256', lifetime: 3600 },
      idToken: { alg: 'HS256', lifetime: 3600 },
      refreshToken: { lifetime: 1_209_600, rotate: true },
      grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
    },
    offers: {
      responseTypes: METADATA.response_types_supported,
      responseModes: METADATA.response_modes_supported,
      methods: METHODS,
    },
    subjects: { alice: '5f7174df4a5c1f9a3c1d2e01', bob: '5f7174df4a5c1f9a3c1d2e02' },
    texts: { jti: letters(21), code: letters(43) },
    kidBytes: 32,
    types: { 'at+jwt': 'JWT' },
    accessToken,
    idToken,
    idTokenAlgWithoutSecret: 'RS256',
    remembersIdTokens: true,
  },
  layout: [
    { path: '/oidc/.well-known/openid-configuration', name: 'discovery' },
    { path: '/oidc/.well-known/jwks.json', name: 'jwks' },
    { path: '/oidc/auth', name: 'authorize' },
    { path: '/oauth/auth', name: 'authorize' },
    { path: '/oidc/token', name: 'token' },
    { path: '/oauth/token', name: 'token' },
    { path: '/oidc/token/introspection', name: 'introspect' },
    { path: '/oauth/token/introspection', name: 'introspect' },
    { path: '/oidc/token/revocation', name: 'revoke' },
    { path: '/oauth/token/revocation', name: 'revoke' },
    { path: '/oidc/me', name: 'userinfo' },
    { path: '/oauth/me', name: 'userinfo' },
    { path: '/oidc/session/end', name: 'logout' },
    { path: '/login/profile/logout', name: 'logout', own: plainLogout },
    { path: '/api/v2/oidc/validate_token', name: 'validate', own: validateToken },
  ],
  manners: {
    discovery: { tell: (_body, call) => documentOf(genauth, call, METADATA) },
    jwks: { tell: keysFor(['RS256']) },
    authorize: { read: [offlineAtWill] },
    token: {
      before: exchangeIdToken,
      tell: tellTokens,
      refusals: [
        ...clientRows,
        { when: isError('invalid_grant'), status: 400, body: refuse('invalid_grant', 'grant request is invalid') },
        {
          when: isError('unsupported_grant_type'),
          status: 400,
          body: refuse('unsupported_grant_type', 'unsupported grant_type requested'),
        },
      ],
    },
    introspect: { before: introspectByName, tell: tellIntrospection, refusals: [...clientRows, missingToken] },
    revoke: {
      read: [secretOfNamed],
      refusals: [...clientRows, missingToken, { when: isError('invalid_grant'), status: 200, body: '' }],
    },
    userinfo,
  },
  callback: parameters => parameters.filter(([name]) => name !== 'iss' && name !== 'session_state'),
}
