import { signToken } from '@gatehouse/testkit'
import { HTML_404, json, rsa, SECRET, type System, stranger } from './system.ts'

const genauthAccess = (issuer: string, now: number, exp: number, jti: string, key = rsa): string =>
  signToken(
    key,
    { jti, sub: '5f719946524ee1099229496b', iat: now, exp, scope: 'openid profile', iss: issuer, aud: 'genauth-app' },
    { typ: 'JWT' },
  )

export const genauth: System = {
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
