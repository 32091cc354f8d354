import type { JsonObject } from '@gatehouse/protocol'
import type { Expiring } from './expiring.ts'
import { Refusal } from './refusal.ts'
import type { Grant } from './store.ts'
import type { Tenant } from './tenant.ts'
import { startGrant } from './user-grant.ts'

/** What a client asks for first and polls for later, while its user decides somewhere else (RFC 8628, CIBA Core). */
export interface Deferred extends Expiring {
  readonly kind: 'device' | 'ciba'
  /** `device_code` or `auth_req_id`. */
  readonly id: string
  readonly clientId: string
  readonly scope: readonly string[]
  readonly audience: readonly string[]
  readonly details: readonly JsonObject[]
  /** Of a device: what the user types in. */
  readonly userCode: string | undefined
  /** Who is asked; undefined for a device, which anybody may approve. */
  readonly sub: string | undefined
  readonly bindingMessage: string | undefined
  readonly acr: string | undefined
  /** Where the client wants to be told (CIBA Core section 10.2). */
  readonly notification: { readonly uri: string; readonly token: string } | undefined
  /** Seconds since the epoch; from then on it is too late. It is remembered a day longer, so that the client is told so. */
  readonly deadline: number
  /** Seconds. */
  interval: number
  polledAt: number | undefined
  state: 'pending' | 'approved' | 'denied' | 'redeemed'
  grant: Grant | undefined
}

/** How long one is remembered after its deadline, in seconds. */
export const AFTERLIFE = 86_400
/** What every poll that comes too early adds (RFC 8628 section 3.5, CIBA Core section 11), in seconds. */
const SLOWER = 5

/** What a poll is told: the grant, once, or why there is none yet or ever. */
export function pollDeferred(tenant: Tenant, deferred: Deferred): Grant | Refusal {
  const now = tenant.clock.now()
  if (deferred.state === 'redeemed') return new Refusal('invalid_grant', 'it was redeemed before')
  if (deferred.deadline <= now) return new Refusal('expired_token', 'the user did not decide in time')
  if (deferred.state === 'denied') return new Refusal('access_denied', 'the user refused')
  if (deferred.grant !== undefined) {
    deferred.state = 'redeemed'
    return deferred.grant
  }
  const isEarly = deferred.polledAt !== undefined && now - deferred.polledAt < deferred.interval
  deferred.polledAt = now
  if (!isEarly) return new Refusal('authorization_pending', 'the user has not decided yet')
  deferred.interval += SLOWER
  return new Refusal(
    'slow_down',
    `polled too early: from now on, ${deferred.interval} seconds must lie between two polls`,
  )
}

/** Who decided, and how. */
export interface Decision {
  readonly sub: string
  readonly sid?: string | undefined
  readonly authTime?: number
  readonly amr: readonly string[]
}

/** Lets the client have what it asked for. A refusal where there is nothing left to decide. */
export function approve(tenant: Tenant, deferred: Deferred, decision: Decision): Refusal | undefined {
  const refusal = checkOpen(tenant, deferred)
  if (refusal !== undefined) return refusal
  deferred.state = 'approved'
  deferred.grant = startGrant(tenant, { ...deferred, ...decision })
  return undefined
}

export function deny(tenant: Tenant, deferred: Deferred): Refusal | undefined {
  const refusal = checkOpen(tenant, deferred)
  if (refusal === undefined) deferred.state = 'denied'
  return refusal
}

function checkOpen(tenant: Tenant, { state, deadline }: Deferred): Refusal | undefined {
  if (state !== 'pending') return new Refusal('invalid_request', `it is ${state} already`)
  return deadline <= tenant.clock.now() ? new Refusal('invalid_request', 'it expired') : undefined
}

/** The device whose code somebody typed: case and dashes do not matter (RFC 8628 section 6.1). */
export function findByUserCode(tenant: Tenant, typed: string): Deferred | undefined {
  const wanted = fold(typed)
  for (const deferred of tenant.store.deferred.values()) {
    if (deferred.userCode !== undefined && fold(deferred.userCode) === wanted && deferred.deadline > tenant.clock.now())
      return deferred
  }
  return undefined
}

const fold = (code: string): string => code.toUpperCase().replace(/[^A-Z0-9]/g, '')

/** Letters that are neither vowels nor easily mistaken (RFC 8628 section 6.1). */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'

/** Eight letters, a dash in the middle. */
export function drawUserCode({ entropy }: Tenant): string {
  const letters = Array.from(entropy.bytes('user code', 8), byte => LETTERS[byte % LETTERS.length] ?? '')
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`
}
