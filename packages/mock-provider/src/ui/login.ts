import type { User } from '../engine/users.ts'
import { escapeHtml, renderPage } from './page.ts'

export interface LoginPage {
  /** Where the form goes. */
  readonly action: string
  readonly clientId: string
  readonly interaction: string
  readonly users: readonly User[]
  /** What was typed or hinted. */
  readonly username: string | undefined
  readonly problem: string | undefined
}

const MOST_BUTTONS = 50

/** A plain form that works without scripts: a button a user, a name and a password, and a way to refuse. */
export function renderLogin({ action, clientId, interaction, users, username, problem }: LoginPage): string {
  const open = `<form method="post" action="${escapeHtml(action)}">
<input type="hidden" name="interaction" value="${escapeHtml(interaction)}">`
  const buttons = users.slice(0, MOST_BUTTONS).map(({ sub, claims }) => {
    const name = typeof claims['name'] === 'string' ? ` <small>${escapeHtml(claims['name'])}</small>` : ''
    return `<button type="submit" name="user" value="${escapeHtml(sub)}">${escapeHtml(sub)}${name}</button>`
  })
  const alert = problem === undefined ? '' : `<p class="problem" role="alert">${escapeHtml(problem)}</p>\n`
  return renderPage(
    'Log in',
    `<p>to continue to <strong>${escapeHtml(clientId)}</strong></p>
${alert}${open}
<label for="username">Username</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" value="${escapeHtml(username ?? '')}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password">
<button type="submit">Log in</button>
</form>
${open}
<h2>Or as</h2>
${buttons.join('\n')}
<button type="submit" name="action" value="deny">Refuse</button>
</form>`,
  )
}
