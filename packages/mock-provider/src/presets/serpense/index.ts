import { allowsRedirect, isWelcome } from '../../engine/clients.ts'
import { STANDARD } from '../../engine/dialect.ts'
import { always, isError, lacks } from '../conditions.ts'
import { loginForm } from '../login-form.ts'
import type { Preset, Reading, RefusalRow } from '../preset.ts'
import { anyScheme, formAsQuery, noHeaderCredentials, queryAsForm, renamed, scopes, without } from '../readings.ts'
import { hex } from '../texts.ts'
import { REDIRECT, receiveBrowser, surviveNoGet, tellTokens, tellUser } from './answers.ts'
import { idToken, tokenInfo } from './claims.ts'
import { crash } from './crash.ts'
import { createTokeninfo } from './tokeninfo.ts'

const CLIENT = { message: 'The client identifier (client_id) is missing or invalid.' }
/** Words are separated by commas; the engine gives an ID token for `openid` only, and here everybody gets one. */
const commaScopes = scopes(
  words => (words.includes('openid') ? words : [...words, 'openid']),
  'openid,profile,address',
  /[, ]+/,
)

/** `/login?next=...` is a request for what is next. */
const queryOfNext: Reading = question => {
  const next = new URLSearchParams(question.query).get('next') ?? ''
  return question.method === 'GET' && next.startsWith('/') ? { ...question, query: next.split('?')[1] ?? '' } : question
}

/** The verifier is never looked at, and so neither is the challenge. */
const noPkce = without('code_challenge', 'code_challenge_method', 'code_verifier', 'access_token')
const asStandard = [commaScopes, renamed('username', 'login_hint'), noPkce]

const malformed: RefusalRow = { when: always, status: 410, body: { message: 'The request is otherwise malformed' } }

const authorizeRows: readonly RefusalRow[] = [
  {
    when: (refused, call) => {
      const id = call.parameters.get('client_id') ?? ''
      const isUnknown = call.tenant.clients.get(id) === undefined && !isWelcome(call.tenant, id)
      return lacks('client_id')(refused, call) || isUnknown
    },
    status: 410,
    body: CLIENT,
  },
  {
    when: (refused, call) => {
      const client = call.tenant.clients.get(call.parameters.get('client_id') ?? '')
      const uri = call.parameters.get('redirect_uri') ?? ''
      return lacks('redirect_uri')(refused, call) || (client !== undefined && !allowsRedirect(client, uri))
    },
    status: 410,
    body: REDIRECT,
  },
  { ...malformed, when: ({ error }) => error !== 'access_denied' },
]

const tokenRows: readonly RefusalRow[] = [
  { when: isError('invalid_client', 'unauthorized_client'), status: 410, body: CLIENT },
  { when: lacks('client_id'), status: 410, body: CLIENT },
  {
    when: ({ error }, { tenant, parameters }) => {
      const code = tenant.store.codes.get(parameters.get('code') ?? '')
      return (
        error === 'invalid_grant' &&
        code !== undefined &&
        !code.used &&
        code.redirectUri !== parameters.get('redirect_uri')
      )
    },
    status: 410,
    body: REDIRECT,
  },
  { when: isError('invalid_grant'), status: 410, body: { message: 'invalid_grant' } },
  malformed,
]

/** Serpense ID, which is Cisco's Magen ID: no metadata, no keys, and ID tokens that are asked about. */
export const serpense: Preset = {
  name: 'serpense',
  aliases: ['magen'],
  dialect: {
    ...STANDARD,
    name: 'serpense',
    settings: {
      consent: 'never',
      accessToken: { format: 'opaque', alg: 'HS256', lifetime: 3600 },
      idToken: { alg: 'HS256', lifetime: 4000 },
      grantTypes: ['authorization_code', 'refresh_token'],
    },
    offers: { responseTypes: ['code'], responseModes: ['query'], methods: ['client_secret_post', 'none'] },
    subjects: { alice: 'alice@example.com', bob: 'bob@example.com' },
    texts: { code: hex(32), 'access token': hex(32), 'refresh token': hex(32) },
    types: { 'at+jwt': 'JWT' },
    idToken,
    remembersIdTokens: true,
  },
  layout: [
    { path: '/oauth/authorize', name: 'authorize' },
    { path: '/oauth/ext/authorize', name: 'authorize' },
    { path: '/login', name: 'login', own: loginForm },
    { path: '/oauth/token', name: 'token' },
    { path: '/oauth/tokeninfo', name: 'validate', own: createTokeninfo(tokenInfo) },
    { path: '/oauth/userinfo', name: 'userinfo' },
  ],
  manners: {
    authorize: { before: receiveBrowser, read: [formAsQuery('confirm'), ...asStandard], refusals: authorizeRows },
    login: { read: [queryOfNext, ...asStandard], refusals: authorizeRows },
    token: {
      before: surviveNoGet,
      read: [noHeaderCredentials, queryAsForm, noPkce],
      tell: tellTokens,
      refusals: tokenRows,
    },
    userinfo: { read: [anyScheme], before: tellUser },
  },
  headers: { 'cache-control': 'public, max-age=0' },
  callback: parameters => parameters.filter(([name]) => name !== 'iss' && name !== 'session_state'),
  nowhere: () => ({ ...crash('404 Not Found'), status: 404 }),
}
