import type { Endpoint } from '../http/endpoint.ts'
import { renderCheckSession } from '../ui/check-session.ts'
import { BROWSER_STATE_COOKIE } from './authorize/session.ts'

const { html, scriptHash } = renderCheckSession(BROWSER_STATE_COOKIE)

/** The `check_session_iframe` (OpenID Connect Session Management section 4.2): the only page that others may frame. */
export const checkSession: Endpoint = {
  name: 'check_session',
  cors: false,
  methods: {
    GET: () => ({
      status: 200,
      headers: [
        ['content-type', 'text/html; charset=utf-8'],
        ['cache-control', 'no-cache'],
        ['content-security-policy', `default-src 'none'; base-uri 'none'; script-src '${scriptHash}'`],
        ['x-content-type-options', 'nosniff'],
        ['referrer-policy', 'no-referrer'],
      ],
      body: html,
    }),
  },
}
