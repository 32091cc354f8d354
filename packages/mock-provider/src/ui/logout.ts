import type { Parameters } from '../engine/parameters.ts'
import { escapeHtml, renderPage } from './page.ts'

/** Asks before it logs out, for a request that does not prove whose it is. */
export function renderConfirmLogout(action: string, sub: string, parameters: Parameters): string {
  const inputs = Array.from(parameters.entries()).flatMap(([name, values]) =>
    values.map(value => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`),
  )
  return renderPage(
    'Log out?',
    `<p>You are logged in as <strong>${escapeHtml(sub)}</strong>.</p>
<form method="post" action="${escapeHtml(action)}">
${inputs.join('\n')}
<button type="submit" name="confirm" value="yes">Log out</button>
</form>`,
  )
}

export const renderLoggedOut = (): string => renderPage('Logged out', '<p>You are logged out of this provider.</p>')
