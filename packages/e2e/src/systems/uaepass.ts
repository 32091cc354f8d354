import { basic, HTML_404, json, type System } from './system.ts'

const UUID = '67f2536e-07e6-37c1-967f-78562000a4f9'

export const uaepass: System = {
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
