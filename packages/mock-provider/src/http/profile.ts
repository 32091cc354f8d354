import { parseCall } from '../engine/call.ts'
import { findOffences } from '../engine/profiles.ts'
import { Refusal } from '../engine/refusal.ts'
import type { Tenant } from '../engine/tenant.ts'
import type { Question } from './message.ts'

/** Why the tenant's profile takes no such request; undefined where it does, or where the tenant has no profile. */
export function refuseByProfile(tenant: Tenant, endpoint: string, question: Question): Refusal | undefined {
  const { profile } = tenant.settings
  if (profile === 'lenient-recording') return undefined
  const call = parseCall(endpoint, question)
  const client = call.clientId === undefined ? undefined : tenant.clients.get(call.clientId)
  const facts = client && { registered: client.registered, redirectUris: client.redirectUris ?? [] }
  const [offence] = findOffences(call, facts, profile)
  return offence && new Refusal('invalid_request', `${offence.say} (${offence.section}; profile ${profile})`)
}
