import { createHash } from 'node:crypto'
import type { Parameters } from '../engine/parameters.ts'
import { escapeHtml, renderPage } from './page.ts'

/** Asks before it logs out, for a request that does not prove whose it is. */
export function renderConfirmLogout(action: string, sub: string, parameters: Parameters): string {
  const inputs = Array.from(parameters.entries()).flatMap(([name, values]) =>
    values.map(value => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`),
  )
  return renderPage(
    'Log out?',
    `<p>You are logged in as <strong data-testid="sub">${escapeHtml(sub)}</strong>.</p>
<form method="post" action="${escapeHtml(action)}" data-testid="logout-form">
${inputs.join('\n')}
<button type="submit" class="main" name="confirm" value="yes" data-testid="log-out">Log out</button>
<button type="submit" class="aside" name="confirm" value="no" data-testid="stay">Stay logged in</button>
</form>`,
  )
}

export const renderLoggedOut = (): string =>
  renderPage('Logged out', '<p data-testid="logged-out">You are logged out of this provider.</p>')

export const renderStillIn = (sub: string): string =>
  renderPage(
    'Still logged in',
    `<p data-testid="logged-in">You are still logged in as <strong data-testid="sub">${escapeHtml(sub)}</strong>.</p>`,
  )

// Goes on when all frames have loaded, or one does not.
const SCRIPT = `const go = () => { const link = document.getElementById('continue'); if (link) location.replace(link.href) }
addEventListener('load', go)
setTimeout(go, 5000)`

/** For the Content-Security-Policy: this one script and no other. */
export const FRAMES_SCRIPT_HASH = `sha256-${createHash('sha256').update(SCRIPT).digest('base64')}`

/** The page that has the clients log out in frames of their own (OpenID Connect Front-Channel Logout section 3); without scripts the user presses the link. */
export function renderFrames(uris: readonly string[], target: string | undefined): string {
  const frames = uris.map(
    uri => `<iframe hidden title="Log out" data-testid="frame" src="${escapeHtml(uri)}"></iframe>`,
  )
  const link =
    target === undefined
      ? ''
      : `<p><a id="continue" data-testid="continue" href="${escapeHtml(target)}">Continue</a></p>`
  return renderPage(
    'Logged out',
    `<p data-testid="logged-out">You are logged out of this provider.</p>
${link}
${frames.join('\n')}
<script>${SCRIPT}</script>`,
  )
}
