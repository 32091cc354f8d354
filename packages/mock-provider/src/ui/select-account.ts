import type { User } from '../engine/users.ts'
import { renderPasswordForm } from './login.ts'
import { DENY_BUTTON, openForm, renderClient, renderPage } from './page.ts'
import { renderUserButtons } from './user-button.ts'

export interface SelectAccountPage {
  readonly action: string
  readonly clientId: string
  readonly interaction: string
  /** Logged in in this browser. */
  readonly present: readonly User[]
  readonly others: readonly User[]
}

/** The users logged in, the others, and the form for who has no button. */
export function renderSelectAccount({ action, clientId, interaction, present, others }: SelectAccountPage): string {
  const group = (title: string, users: readonly User[]): string =>
    users.length === 0 ? '' : `<h2>${title}</h2>\n${renderUserButtons(users)}\n`
  return renderPage(
    'Choose an account',
    `${renderClient(clientId)}
${openForm(action, interaction, 'account-form')}
${group('Logged in', present)}${group('Log in as', others)}${DENY_BUTTON}
</form>
<h2>Another account</h2>
${renderPasswordForm({ action, interaction, username: undefined, problem: undefined })}`,
  )
}
