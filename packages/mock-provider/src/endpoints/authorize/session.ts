import type { Session } from '../../engine/store.ts'
import type { Tenant } from '../../engine/tenant.ts'
import type { Answer, Question } from '../../http/message.ts'

const COOKIE = 'mock_provider_session'
/** Read by the script of the `check_session_iframe`. */
export const BROWSER_STATE_COOKIE = 'mock_provider_browser_state'

/** The browser's live sessions at this tenant, the one in use first; more than one after `prompt=select_account`. */
export function findSessions(tenant: Tenant, { headers }: Question): readonly Session[] {
  const found: Session[] = []
  // The root's cookie comes along to every tenant: whichever values are sessions here count.
  for (const pair of (headers.cookie ?? '').split(/[;,]/)) {
    const equals = pair.indexOf('=')
    if (equals < 0 || pair.slice(0, equals).trim() !== COOKIE) continue
    for (const id of pair
      .slice(equals + 1)
      .trim()
      .split('.')) {
      const session = tenant.store.sessions.get(id)
      if (session !== undefined && !found.includes(session)) found.push(session)
    }
  }
  return found
}

export const findSession = (tenant: Tenant, question: Question): Session | undefined =>
  findSessions(tenant, question)[0]

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
    browserState: tenant.entropy.text('browser state', 12),
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

/** RFC 6265; gone with the browser, since only the tenant's clock ends a session. The first is the one in use; all share what scripts see. */
export function sessionCookies(tenant: Tenant, sessions: readonly Session[]): Answer['headers'] {
  const [current] = sessions
  for (const session of sessions) session.browserState = current?.browserState ?? ''
  return [hidden(tenant, sessions.map(({ id }) => id).join('.')), seen(tenant, current?.browserState ?? '')]
}

/** Both cookies, gone. */
export const expiredCookies = (tenant: Tenant): Answer['headers'] => [
  hidden(tenant, '; Max-Age=0'),
  seen(tenant, '; Max-Age=0'),
]

type Header = Answer['headers'][number]

const hidden = (tenant: Tenant, value: string): Header => [
  'set-cookie',
  `${COOKIE}=${value}; ${pathOf(tenant)}; HttpOnly; SameSite=Lax${secureOf(tenant)}`,
]

/** The iframe is in another site's page: browsers send such a cookie there over https only. */
const seen = (tenant: Tenant, value: string): Header => [
  'set-cookie',
  `${BROWSER_STATE_COOKIE}=${value}; ${pathOf(tenant)}; SameSite=${secureOf(tenant) === '' ? 'Lax' : 'None'}${secureOf(tenant)}`,
]

const pathOf = ({ prefix }: Tenant): string => `Path=${prefix === '' ? '/' : prefix}`
const secureOf = ({ issuer }: Tenant): string => (issuer.startsWith('https:') ? '; Secure' : '')
