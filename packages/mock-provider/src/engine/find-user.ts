import { isSecret } from './secret.ts'
import type { Tenant } from './tenant.ts'
import type { User } from './users.ts'

/** A user by `sub`, or by the claims that people log in with. */
export function findUser({ users }: Tenant, hint: string | undefined): User | undefined {
  if (hint === undefined) return undefined
  const direct = users.get(hint)
  if (direct !== undefined) return direct
  for (const [, user] of users.entries()) {
    if (user.claims.email === hint || user.claims.preferred_username === hint) return user
  }
  return undefined
}

/** The user of a name and a password; undefined where they do not belong together, or the user has none. */
export function findByPassword(
  tenant: Tenant,
  username: string | undefined,
  password: string | undefined,
): User | undefined {
  const user = findUser(tenant, username)
  return isSecret(password, user?.password) ? user : undefined
}
