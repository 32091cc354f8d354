import type { Deferred } from '../engine/deferred.ts'
import type { User } from '../engine/users.ts'
import { DENY_BUTTON, escapeHtml, renderPage } from './page.ts'
import { renderUserButtons } from './user-button.ts'

const renderProblem = (problem: string | undefined): string =>
  problem === undefined
    ? ''
    : `<p class="problem" role="alert" id="problem" data-testid="problem">${escapeHtml(problem)}</p>\n`

/** Asks for the code that the device shows (RFC 8628 section 3.3). */
export const renderEnterCode = (action: string, typed: string, problem?: string): string =>
  renderPage(
    'Connect a device',
    `<p>Enter the code that your device shows.</p>
${renderProblem(problem)}<form method="post" action="${escapeHtml(action)}" data-testid="code-form">
<label for="user_code">Code</label>
<input id="user_code" name="user_code" autocomplete="off" autocapitalize="characters" spellcheck="false" required data-testid="user-code" value="${escapeHtml(typed)}">
<button type="submit" class="main" data-testid="continue">Continue</button>
</form>`,
  )

export interface DecidePage {
  readonly action: string
  readonly deferred: Deferred
  readonly users: readonly User[]
  /** Who is logged in already. */
  readonly sub: string | undefined
  readonly problem?: string | undefined
}

/** Shows once more what the device shows, so that nobody approves a stranger's (RFC 8628 section 5.4), and lets a user log in and decide. */
export function renderDecide({ action, deferred, users, sub, problem }: DecidePage): string {
  const open = (name: string): string =>
    `<form method="post" action="${escapeHtml(action)}" data-testid="${name}">
<input type="hidden" name="user_code" value="${escapeHtml(deferred.userCode ?? '')}">`
  const scope =
    deferred.scope.length === 0
      ? ''
      : `\n<p>It asks for <strong data-testid="scope">${escapeHtml(deferred.scope.join(' '))}</strong>.</p>`
  const known =
    sub === undefined
      ? ''
      : `${open('session-form')}
<button type="submit" class="main" name="action" value="approve" data-testid="approve">Approve as ${escapeHtml(sub)}</button>
</form>\n`
  return renderPage(
    'Connect a device?',
    `<p><strong data-testid="client">${escapeHtml(deferred.clientId)}</strong> wants to be connected. Go on only if your device shows <strong data-testid="shown-code">${escapeHtml(deferred.userCode ?? '')}</strong>.</p>${scope}
${renderProblem(problem)}${known}${open('login-form')}
<label for="username">Username</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" data-testid="username">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" data-testid="password">
<button type="submit" class="main" data-testid="log-in">Log in and approve</button>
</form>
${open('user-form')}
<h2>Or approve as</h2>
${renderUserButtons(users)}
${DENY_BUTTON}
</form>`,
  )
}

export const renderDecided = (isApproved: boolean): string =>
  isApproved
    ? renderPage('Device connected', '<p data-testid="decided">You can go back to your device.</p>')
    : renderPage('Device refused', '<p data-testid="decided">Your device gets nothing.</p>')
