import type { User } from '../engine/users.ts'
import { escapeHtml } from './page.ts'

/** More would be no choice; the others have the form. */
const MOST_BUTTONS = 50

/** A button a user, for one click. */
export const renderUserButtons = (users: readonly User[]): string =>
  users
    .slice(0, MOST_BUTTONS)
    .map(({ sub, claims }) => {
      const name = typeof claims.name === 'string' ? ` <small>${escapeHtml(claims.name)}</small>` : ''
      const id = escapeHtml(sub)
      return `<button type="submit" name="user" value="${id}" data-testid="user-${id}">${id}${name}</button>`
    })
    .join('\n')
