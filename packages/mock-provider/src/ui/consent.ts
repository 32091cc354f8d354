import type { JsonObject } from '@gatehouse/protocol'
import { DENY_BUTTON, escapeHtml, openForm, renderPage } from './page.ts'

export interface ConsentPage {
  readonly action: string
  readonly clientId: string
  readonly interaction: string
  readonly sub: string
  readonly scopes: readonly { readonly name: string; readonly field: string; readonly isFixed: boolean }[]
  /** RFC 9396: shown as they are. */
  readonly details: readonly JsonObject[]
}

const SAY: Readonly<Record<string, string>> = {
  openid: 'know who you are',
  profile: 'see your name and profile',
  email: 'see your e-mail address',
  address: 'see your postal address',
  phone: 'see your phone number',
  offline_access: 'keep access while you are away',
}

/** A box a scope, to allow some and not others. */
export function renderConsent({ action, clientId, interaction, sub, scopes, details }: ConsentPage): string {
  const boxes = scopes.map(({ name, field, isFixed }) => {
    const say = Object.hasOwn(SAY, name) ? ` <small>${SAY[name]}</small>` : ''
    const box = isFixed
      ? '<input type="checkbox" checked disabled'
      : `<input type="checkbox" name="${escapeHtml(field)}" value="yes" checked`
    return `<label class="check">${box} data-testid="scope-${escapeHtml(name)}"><span>${escapeHtml(name)}${say}</span></label>`
  })
  const shown = details.map(detail => `<pre data-testid="detail">${escapeHtml(JSON.stringify(detail, null, 2))}</pre>`)
  return renderPage(
    'Allow access?',
    `<p><strong data-testid="client">${escapeHtml(clientId)}</strong> asks for access as <strong data-testid="sub">${escapeHtml(sub)}</strong>.</p>
${openForm(action, interaction, 'consent-form')}
<fieldset><legend>It may</legend>
${boxes.join('\n')}
</fieldset>
${shown.join('\n')}
<button type="submit" class="main" name="action" value="allow" data-testid="allow">Allow</button>
${DENY_BUTTON}
</form>`,
  )
}
