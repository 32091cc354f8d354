import type { User } from '../engine/users.ts'
import { DENY_BUTTON, escapeHtml, openForm, renderClient, renderPage } from './page.ts'
import { renderUserButtons } from './user-button.ts'

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

/** A name and a password. */
export function renderPasswordForm({
  action,
  interaction,
  username,
  problem,
}: Pick<LoginPage, 'action' | 'interaction' | 'username' | 'problem'>): string {
  const alert =
    problem === undefined
      ? ''
      : `<p class="problem" role="alert" id="problem" data-testid="problem">${escapeHtml(problem)}</p>\n`
  const described = problem === undefined ? '' : ' aria-describedby="problem" aria-invalid="true"'
  return `${alert}${openForm(action, interaction, 'login-form')}
<label for="username">Username</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" data-testid="username"${described} value="${escapeHtml(username ?? '')}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" data-testid="password"${described}>
<button type="submit" class="main" data-testid="log-in">Log in</button>
</form>`
}

/** A plain form that works without scripts: a name and a password, a button a user, and a way to refuse. */
export function renderLogin(login: LoginPage): string {
  const { action, clientId, interaction, users } = login
  return renderPage(
    'Log in',
    `${renderClient(clientId)}
${renderPasswordForm(login)}
${openForm(action, interaction, 'user-form')}
<h2>Or as</h2>
${renderUserButtons(users)}
${DENY_BUTTON}
</form>`,
  )
}
