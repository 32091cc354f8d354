import { STANDARD } from '../../engine/dialect.ts'
import { say } from '../../http/answers.ts'
import { loginForm } from '../login-form.ts'
import { documentOf, keysFor } from '../metadata.ts'
import type { Call, Callback, Preset } from '../preset.ts'
import { exactBasic, tokenInQuery } from '../readings.ts'
import { fernet, hex } from '../texts.ts'
import {
  callback,
  ENGINE_LIFETIME,
  failToSign,
  refuseExpired,
  tellIntrospection,
  tellTokens,
  tellUser,
} from './answers.ts'
import { accessToken, dumps, idToken } from './claims.ts'
import { demandConsent, readToken, renderForm } from './login.ts'
import { METHODS, membersOf, RESPONSE_MODES, webfinger } from './metadata.ts'
import { checkVerifier, rememberChallenge, withoutLongHashes, withoutLongVerifier } from './pkce.ts'
import { authorizeRows, introspectRows, NOT_ALLOWED, NOT_FOUND, tokenRows, userinfoRows } from './refusals.ts'
import { registration, registrationApi } from './registration.ts'
import { postLogout, rpLogout, session, stumble, verifyLogout } from './session-end.ts'

/** 872 characters. */
const longText = fernet(480)

/** The request that the code came of: its own query, or the one that the login form brought along. */
function tellCallback(parameters: Callback, call: Call): Callback {
  const code = call.tenant.store.codes.get(new Map(parameters).get('code') ?? '')
  rememberChallenge(call.original.query, code)
  return callback(parameters, call)
}

/** The example provider of IdentityPython's oidc-op 2.4.3. */
export const oidcOp: Preset = {
  name: 'oidc-op',
  aliases: [],
  dialect: {
    ...STANDARD,
    name: 'oidc-op',
    settings: {
      consent: 'never',
      accessToken: { format: 'jwt', alg: 'ES256', lifetime: ENGINE_LIFETIME },
      idToken: { alg: 'RS256', lifetime: 300 },
      code: { lifetime: 300 },
      refreshToken: { lifetime: 86_400, rotate: true, reuse: 'refuse', grace: 86_400 },
      grantTypes: ['authorization_code', 'refresh_token'],
    },
    offers: { responseTypes: ['code'], responseModes: RESPONSE_MODES, methods: [...METHODS, 'none'] },
    texts: {
      code: longText,
      'refresh token': longText,
      'access token': longText,
      jti: hex(32),
      'client secret': hex(56),
    },
    kidBytes: 32,
    types: { 'at+jwt': null, JWT: null },
    write: dumps,
    accessToken,
    idToken,
  },
  layout: [
    { path: '/.well-known/openid-configuration', name: 'discovery' },
    { path: '/.well-known/webfinger', name: 'webfinger', own: webfinger },
    { path: '/static/jwks.json', name: 'jwks' },
    { path: '/registration', name: 'register' },
    { path: '/registration_api', name: 'register', own: registrationApi },
    { path: '/authorization', name: 'authorize' },
    { path: '/verify/user', name: 'login', own: loginForm },
    { path: '/token', name: 'token' },
    { path: '/oidcop/token', name: 'token' },
    { path: '/introspection', name: 'introspect' },
    { path: '/userinfo', name: 'userinfo' },
    { path: '/session', name: 'logout', own: session },
    { path: '/verify_logout', name: 'logout', own: verifyLogout },
    { path: '/rp_logout', name: 'logout', own: rpLogout },
    { path: '/post_logout', name: 'logout', own: postLogout },
    { path: '/check_session_iframe', name: 'check_session' },
  ],
  manners: {
    discovery: { tell: (_body, call) => documentOf(oidcOp, call, membersOf(call)) },
    jwks: { tell: keysFor(['RS256', 'ES256'], 'no alg') },
    authorize: {
      before: demandConsent,
      read: [withoutLongHashes],
      page: renderForm,
      refusals: authorizeRows,
    },
    login: { read: [readToken], page: renderForm, refusals: authorizeRows },
    token: {
      before: call => stumble(call) ?? checkVerifier(call),
      read: [exactBasic, withoutLongVerifier],
      instead: failToSign,
      tell: tellTokens,
      contentType: 'application/json; charset=utf-8',
      headers: { 'set-cookie': 'oidc_op_rp=mock; Path=/; HttpOnly; SameSite=Lax' },
      refusals: tokenRows,
    },
    register: registration,
    introspect: {
      read: [exactBasic],
      instead: refuseExpired,
      tell: tellIntrospection,
      refusals: introspectRows,
    },
    userinfo: { read: [tokenInQuery], tell: (_body, call) => tellUser(call), refusals: userinfoRows },
  },
  callback: tellCallback,
  nowhere: ({ method }) => (method === 'GET' || method === 'HEAD' ? say(404, NOT_FOUND) : say(405, NOT_ALLOWED)),
}
