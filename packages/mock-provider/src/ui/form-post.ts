import { createHash } from 'node:crypto'
import { escapeHtml, renderPage } from './page.ts'

const SCRIPT = 'document.forms[0].submit()'

/** For the Content-Security-Policy: this one script and no other. */
export const FORM_POST_SCRIPT_HASH = `sha256-${createHash('sha256').update(SCRIPT).digest('base64')}`

/** OAuth 2.0 Form Post Response Mode section 2; without scripts the user presses the button. */
export function renderFormPost(redirectUri: string, parameters: Readonly<Record<string, string | number>>): string {
  const inputs = Object.entries(parameters).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(String(value))}">`,
  )
  return renderPage(
    'Going back to the application',
    `<form method="post" action="${escapeHtml(redirectUri)}">
${inputs.join('\n')}
<button type="submit" class="main" data-testid="continue">Continue</button>
</form>
<script>${SCRIPT}</script>`,
  )
}
