import { signWithSecret } from '@gatehouse/testkit'
import { HTML_404, json, SECRET, type System } from './system.ts'

const magenToken = (issuer: string, now: number, exp: number, sub: string): string =>
  signWithSecret(
    SECRET,
    { sub, auth_time: now - 600, aud: 'serpense-app', iss: issuer, iat: exp - 4000, exp },
    { typ: 'JWT' },
  )

export const serpense: System = {
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
