import type { Denial, IssuerStatus } from '@gatehouse/verifier'
import type { Gateway } from './gateway.ts'
import { type Revocation, readRevocation, type WantedDenial } from './revoke.ts'

/** What the gateway tells the application around it, and takes from it. Of every gateway registered, where there are several. */
export interface GatewayState {
  /** How each issuer fares. */
  status: () => readonly IssuerStatus[]
  /**
   * Ends tokens before their time, from the next request on, with the streams that they keep open. False: there is no room for another
   * revocation, and nothing changed. Throws a TypeError that names the member for what is none, and for an issuer that is not configured.
   */
  revoke: (revocation: Revocation) => boolean
  /** As `revoke`, for what another process has accepted: `onRevoked` is not told. */
  deny: (denials: readonly Denial[]) => boolean
  /** Says goodbye to every WebSocket (Close frame 1001) and takes no more. Requests go on. */
  endTunnels: () => void
}

export function stateOf(gateways: readonly Gateway[]): GatewayState {
  const apply = (denial: WantedDenial): readonly Gateway[] => {
    const { issuer } = denial
    const concerned = gateways.filter(({ issuers }) => issuer === undefined || issuers.has(issuer))
    if (concerned.length === 0) throw new TypeError('issuer: is not configured (the name of an issuer)')
    return concerned.filter(({ verifier }) => !verifier.revocations.deny(denial))
  }
  return {
    status: () => gateways.flatMap(({ verifier }) => verifier.status()),
    revoke(revocation) {
      const denial = readRevocation(revocation)
      if (apply(denial).length > 0) return false
      const until = denial.until ?? Infinity
      for (const { onRevoked } of gateways) onRevoked([{ ...denial, until }])
      return true
    },
    deny: denials => denials.map(denial => apply(denial).length === 0).every(done => done),
    endTunnels: () => {
      for (const gateway of gateways) void gateway.endTunnels()
    },
  }
}
