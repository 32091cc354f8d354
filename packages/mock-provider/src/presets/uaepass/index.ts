import { STANDARD } from '../../engine/dialect.ts'
import { isError } from '../conditions.ts'
import { plainLogout } from '../plain-logout.ts'
import type { Preset } from '../preset.ts'
import { queryAsForm, renamed, scopes } from '../readings.ts'
import { uuid } from '../texts.ts'
import { refuseInactive, tellIntrospection, tellTokens, tellUser } from './answers.ts'

const withoutOpenid = scopes(words => words.filter(word => word !== 'openid'))

/** UAE PASS, and VNPASS, which is its copy. What is not active is a 400. */
export const uaepass: Preset = {
  name: 'uaepass',
  aliases: ['vnpass'],
  dialect: {
    ...STANDARD,
    name: 'uaepass',
    settings: {
      consent: 'never',
      accessToken: { format: 'opaque', alg: 'RS256', lifetime: 3600 },
      code: { lifetime: 600 },
      grantTypes: ['authorization_code', 'client_credentials'],
    },
    offers: {
      responseTypes: ['code'],
      responseModes: ['query'],
      methods: ['client_secret_basic', 'client_secret_post', 'none'],
    },
    subjects: { alice: '800F475AC0E7A9ED01B2D5D2C25A59B3', bob: '7A05992E5B1D4C6E8F3A9B0C1D2E3F40' },
    texts: { code: uuid(3), 'access token': uuid(3) },
  },
  layout: [
    { path: '/idshub/authorize', name: 'authorize' },
    { path: '/idshub/token', name: 'token' },
    { path: '/idshub/userinfo', name: 'userinfo' },
    { path: '/idshub/introspect', name: 'introspect' },
    { path: '/idshub/logout', name: 'logout', own: plainLogout },
  ],
  manners: {
    authorize: { read: [renamed('username', 'login_hint'), withoutOpenid] },
    token: { read: [queryAsForm], tell: tellTokens },
    introspect: {
      read: [queryAsForm],
      instead: refuseInactive,
      tell: tellIntrospection,
      headers: { 'set-cookie': 'NSC_jetivc-mc=ffffffff0908139845525d5f4f58455e445a4a423660; path=/; httponly' },
    },
    userinfo: {
      tell: (_body, call) => tellUser(call),
      refusals: [{ when: isError('insufficient_scope'), status: 200, body: (_refused, call) => tellUser(call) }],
    },
  },
  callback: parameters => {
    const isCancelled = parameters.some(([name, value]) => name === 'error' && value === 'access_denied')
    return parameters
      .filter(([name]) => name !== 'iss' && name !== 'session_state')
      .map(([name, value]) => [name, isCancelled && name === 'error_description' ? 'cancelledOnApp' : value])
  },
}
