import { signToken } from '@gatehouse/testkit'
import { HTML_404, json, rsa, SECRET, type System, stranger } from './system.ts'

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

export const code100: System = {
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
