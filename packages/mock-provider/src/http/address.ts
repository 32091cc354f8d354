import type { Tenant } from '../engine/tenant.ts'
import type { Question } from './message.ts'

/** The address that a question was sent to, by the issuer's origin: a proxy may stand between it and the listener. */
export const addressOf = ({ issuer }: Tenant, { path }: Question): string =>
  `${URL.canParse(issuer) ? new URL(issuer).origin : ''}${path}`

/** Both addresses by which a client may have meant this question: the published one, and the one that it used on the way. */
export const addressesOf = (tenant: Tenant, question: Question): readonly string[] => [
  addressOf(tenant, question),
  `${question.origin}${question.path}`,
]
