import type { Session } from '../../engine/store.ts'
import type { Tenant } from '../../engine/tenant.ts'
import type { Answer, Question } from '../../http/message.ts'

const COOKIE = 'mock_provider_session'

/** The browser's live sessions at this tenant, the one in use first; more than one after `prompt=select_account`. */
export function findSessions(tenant: Tenant, { headers }: Question): readonly Session[] {
  const found: Session[] = []
  // The root's cookie comes along to every tenant: whichever values are sessions here count.
  for (const pair of (headers.cookie ?? '').split(/[;,]/)) {
    const equals = pair.indexOf('=')
    if (equals < 0 || pair.slice(0, equals).trim() !== COOKIE) continue
    for (const id of pair.slice(equals + 1).trim().split('.')) {
      const session = tenant.store.sessions.get(id)
      if (session !== undefined && !found.includes(session)) found.push(session)
    }
  }
  return found
}

export const findSession = (tenant: Tenant, question: Question): Session | undefined => findSessions(tenant, question)[0]

/** How somebody logged in. */
export interface Login {
  readonly sub: string
  readonly amr: readonly string[]
  readonly acr: string | undefined
}

/** A user who logs in again goes on with the same `sid`, under an id that nobody has seen. */
export function startSession(tenant: Tenant, { sub, amr, acr }: Login, present: readonly Session[]): Session {
  const { lifetime } = tenant.settings.session
  const now = tenant.clock.now()
  const before = present.find(session => session.sub === sub)
  const session: Session = {
    id: tenant.entropy.text('session', 24),
    sid: before?.sid ?? tenant.entropy.text('sid', 16),
    sub,
    authTime: now,
    amr,
    acr,
    clients: before?.clients ?? new Set(),
    endsAt: now + lifetime,
    expiresAt: now + lifetime,
  }
  if (before !== undefined) tenant.store.sessions.delete(before.id)
  touchSession(tenant, session)
  tenant.store.sessions.set(session.id, session)
  return session
}

/** Its use keeps a session alive, where it would end idle, but not beyond its end. */
export function touchSession({ clock, settings }: Tenant, session: Session): void {
  session.expiresAt = Math.min(session.endsAt, clock.now() + settings.session.idle)
}

/** RFC 6265; gone with the browser, since only the tenant's clock ends a session. */
export function sessionCookie(tenant: Tenant, sessions: readonly Session[]): Answer['headers'][number] {
  return ['set-cookie', `${COOKIE}=${sessions.map(({ id }) => id).join('.')}; ${attributes(tenant)}`]
}

export const expiredCookie = (tenant: Tenant): Answer['headers'][number] => [
  'set-cookie',
  `${COOKIE}=; Max-Age=0; ${attributes(tenant)}`,
]

function attributes({ prefix, issuer }: Tenant): string {
  const secure = issuer.startsWith('https:') ? '; Secure' : ''
  return `Path=${prefix === '' ? '/' : prefix}; HttpOnly; SameSite=Lax${secure}`
}
