import type { ClaimsRequest } from '../../engine/claims-request.ts'
import { type Client, texts } from '../../engine/clients.ts'
import type { Parameters } from '../../engine/parameters.ts'
import type { Tenant } from '../../engine/tenant.ts'
import type { User } from '../../engine/users.ts'

/** The authentication context classes that a request asks for, the best liked first. */
export interface AcrDemand {
  readonly values: readonly string[]
  /** One of them must be reached (OpenID Connect Core section 5.5.1.1). */
  readonly essential: boolean
}

/** By the claim `acr`, else by `acr_values`, else by what the client registered (OpenID Connect Core section 3.1.2.1). */
export function readAcrDemand(
  parameters: Parameters,
  { metadata }: Client,
  claims: ClaimsRequest | undefined,
): AcrDemand {
  const wish = claims?.id_token.get('acr')
  if (wish !== undefined && (wish.essential || wish.values !== undefined))
    return { values: (wish.values ?? []).map(String), essential: wish.essential }
  const asked = parameters.words('acr_values')
  return { values: asked.length > 0 ? asked : (texts(metadata.default_acr_values) ?? []), essential: false }
}

/** The class of a login: the first asked for that this user can reach, else the weakest that there is. Undefined where nothing is said of classes. */
export function reachAcr({ settings }: Tenant, { acr: own }: User, { values }: AcrDemand): string | undefined {
  const { acr: levels } = settings
  const reachable =
    levels === undefined || own === undefined ? (levels ?? own) : levels.filter(level => own.includes(level))
  return reachable === undefined ? values[0] : (values.find(value => reachable.includes(value)) ?? reachable[0])
}

/** Whether a class is what was asked for; any will do where none is named. */
export const satisfies = ({ values, essential }: AcrDemand, acr: string | undefined): boolean =>
  values.length === 0 ? !essential || acr !== undefined : acr !== undefined && values.includes(acr)
