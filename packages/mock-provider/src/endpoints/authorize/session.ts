import type { Session } from '../../engine/store.ts'
import type { Tenant } from '../../engine/tenant.ts'
import type { Answer, Question } from '../../http/message.ts'

const COOKIE = 'mock_provider_session'

/** The browser's session at this tenant, if it has a live one. */
export function findSession(tenant: Tenant, { headers }: Question): Session | undefined {
  // The root's cookie comes along to every tenant: whichever value is a session here counts.
  for (const pair of (headers.cookie ?? '').split(/[;,]/)) {
    const equals = pair.indexOf('=')
    if (equals < 0 || pair.slice(0, equals).trim() !== COOKIE) continue
    const session = tenant.store.sessions.get(pair.slice(equals + 1).trim())
    if (session !== undefined) return session
  }
  return undefined
}

export function startSession(tenant: Tenant, sub: string, amr: readonly string[]): Session {
  const now = tenant.clock.now()
  const session: Session = {
    id: tenant.entropy.text('session', 24),
    sid: tenant.entropy.text('sid', 16),
    sub,
    authTime: now,
    amr,
    clients: new Set(),
    expiresAt: now + tenant.settings.session.lifetime,
  }
  tenant.store.sessions.set(session.id, session)
  return session
}

/** RFC 6265; gone with the browser, since only the tenant's clock ends a session. */
export function sessionCookie(tenant: Tenant, { id }: Session): Answer['headers'][number] {
  return ['set-cookie', `${COOKIE}=${id}; ${attributes(tenant)}`]
}

export const expiredCookie = (tenant: Tenant): Answer['headers'][number] => [
  'set-cookie',
  `${COOKIE}=; Max-Age=0; ${attributes(tenant)}`,
]

function attributes({ prefix, issuer }: Tenant): string {
  const secure = issuer.startsWith('https:') ? '; Secure' : ''
  return `Path=${prefix === '' ? '/' : prefix}; HttpOnly; SameSite=Lax${secure}`
}
