import { STANDARD } from '../../engine/dialect.ts'
import { always, both, hasStatus, isError, lacks } from '../conditions.ts'
import { documentOf, keysFor } from '../metadata.ts'
import type { Preset, RefusalRow } from '../preset.ts'
import { offlineAtWill } from '../readings.ts'
import { hex } from '../texts.ts'
import { admitApis, judgeHint, sparingJwts, tellIntrospection, tellTokens, tellUser } from './answers.ts'
import { accessToken, idToken } from './claims.ts'

/** Errors have no description here. */
const bare: RefusalRow = { when: always, status: 400, body: ({ error }) => ({ error }) }
const wrongMethod: RefusalRow = { when: hasStatus(405), status: 405, body: '' }

const METHODS = ['client_secret_basic', 'client_secret_post'] as const

const METADATA = {
  scopes_supported: ['openid', 'profile', 'name', 'email', 'phone', 'offline_access'],
  claims_supported: ['sub', 'name', 'email', 'phone'],
  response_types_supported: [
    'code',
    'id_token',
    'id_token token',
    'code id_token',
    'code token',
    'code id_token token',
  ],
  response_modes_supported: ['form_post', 'query', 'fragment'],
  grant_types_supported: ['authorization_code', 'client_credentials', 'refresh_token', 'implicit', 'password'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  token_endpoint_auth_methods_supported: METHODS,
  code_challenge_methods_supported: ['plain', 'S256'],
}

/** The header that nobody reads, misspelt as the engine of that time has it. */
const misspelt = (error: string): Readonly<Record<string, string>> => ({
  WwwAuthentication: `Bearer, error="${error}"`,
})

/** Code 100 ID, which is GrantID: IdentityServer4 of its first years. */
export const code100: Preset = {
  name: 'code100',
  aliases: ['grantid'],
  dialect: {
    ...STANDARD,
    name: 'code100',
    settings: {
      consent: 'never',
      accessToken: { format: 'jwt', alg: 'RS256', lifetime: 3600 },
      idToken: { alg: 'RS256', lifetime: 300 },
      code: { lifetime: 300 },
      refreshToken: { lifetime: 30 * 86_400, rotate: true, reuse: 'refuse' },
      grantTypes: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials', 'password'],
    },
    offers: {
      responseTypes: METADATA.response_types_supported,
      responseModes: METADATA.response_modes_supported,
      methods: [...METHODS, 'none'],
    },
    apis: new Map([
      [
        'demo-api',
        {
          id: 'demo-api',
          secret: 'demo-api-secret',
          scopes: ['demo-api'],
          audience: 'demo-api',
          format: undefined,
          lifetime: undefined,
        },
      ],
    ]),
    subjects: { alice: 'e2a3a01b-6d9f-4c0e-9d5a-0d6b5a3f1c01', bob: 'e2a3a01b-6d9f-4c0e-9d5a-0d6b5a3f1c02' },
    texts: { code: hex(64), 'access token': hex(64), 'refresh token': hex(64) },
    types: { 'at+jwt': 'JWT' },
    accessToken,
    idToken,
  },
  layout: [
    { path: '/.well-known/openid-configuration', name: 'discovery' },
    { path: '/.well-known/openid-configuration/jwks', name: 'jwks' },
    { path: '/connect/authorize', name: 'authorize' },
    { path: '/connect/token', name: 'token' },
    { path: '/connect/userinfo', name: 'userinfo' },
    { path: '/connect/endsession', name: 'logout' },
    { path: '/connect/revocation', name: 'revoke' },
    { path: '/connect/introspect', name: 'introspect' },
    { path: '/connect/checksession', name: 'check_session' },
  ],
  manners: {
    discovery: { tell: (_body, call) => documentOf(code100, call, METADATA) },
    jwks: { tell: keysFor(['RS256']) },
    authorize: { read: [offlineAtWill] },
    token: { tell: tellTokens, refusals: [wrongMethod, bare] },
    introspect: {
      before: admitApis,
      tell: tellIntrospection,
      headers: { 'cache-control': 'no-store, no-cache, max-age=0', pragma: 'no-cache' },
      refusals: [
        wrongMethod,
        { when: both(isError('invalid_request'), lacks('token')), status: 400, body: { error: 'missing_token' } },
        bare,
      ],
    },
    revoke: {
      before: judgeHint,
      read: [sparingJwts],
      refusals: [wrongMethod, { when: isError('invalid_grant'), status: 200, body: '' }, bare],
    },
    userinfo: {
      tell: (_body, call) => tellUser(call),
      refusals: [
        {
          when: isError('insufficient_scope'),
          status: 403,
          body: '',
          headers: misspelt('insufficient_scope'),
        },
        { when: always, status: 401, body: '', headers: misspelt('invalid_token') },
      ],
    },
  },
  callback: parameters => parameters.filter(([name]) => name !== 'iss'),
}
