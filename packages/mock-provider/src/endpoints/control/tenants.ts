import type { Tenant } from '../../engine/tenant.ts'
import { json } from '../../http/answers.ts'
import type { Operations } from './call.ts'

/** Every tenant that there is by now, whichever of them is asked. */
export const tenants: Operations = {
  GET: { handle: ({ exchange }) => json(Array.from(exchange.tenants(), describeTenant)) },
}

function describeTenant({ prefix, issuer, dialect, clock, users, clients, faults, journal }: Tenant): object {
  return {
    prefix,
    issuer,
    preset: dialect.name === 'standard' ? null : dialect.name,
    now: clock.now(),
    frozen: clock.frozen,
    users: count(users.entries()),
    clients: count(clients.entries()),
    faults: faults.size,
    requests: journal.size,
  }
}

function count(items: Iterable<unknown>): number {
  let size = 0
  for (const _ of items) size++
  return size
}
