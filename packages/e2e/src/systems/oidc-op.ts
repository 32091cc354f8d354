import { makeKey, signToken } from '@gatehouse/testkit'
import { basic, ec, HTML_404, json, rsa, SECRET, type System, withoutAlg } from './system.ts'

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

export const oidcOp: System = {
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
