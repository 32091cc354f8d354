import {
  type Denial,
  type IssuerStatus,
  RevocationError,
  type Revocations,
  type WantedDenial,
} from '@gatehouse/verifier'
import type { Gateway, GatewayLoad } from './gateway.ts'
import { type Revocation, readRevocation } from './revoke.ts'

/** What the gateway tells the application around it, and takes from it. Of every gateway registered, where there are several. */
export interface GatewayState {
  /** How each issuer fares. */
  status: () => readonly IssuerStatus[]
  /**
   * Ends tokens before their time, from the next request on, with the streams that they keep open. Tells what is denied now, and until when;
   * undefined: there is no room for another revocation, and nothing changed. Throws a RevocationError that names the member for what is
   * none, and for an issuer that is not configured.
   */
  revoke: (revocation: Revocation) => Denial | undefined
  /** For what another process has accepted: `onRevoked` is not told. False: there was no room for all of it. */
  deny: (denials: readonly Denial[]) => boolean
  /**
   * Takes revocations back, of a subject those that came by logout too: its tokens pass again. False: there was none. `before` and `until`
   * do not matter, and `onRevoked` is not told. Throws as `revoke` does.
   */
  lift: (revocation: Revocation) => boolean
  /** The revocations that are in force. */
  denials: () => readonly Denial[]
  /** What waits and what is under way, for metrics. */
  load: () => GatewayLoad
  /** Says goodbye to every WebSocket (Close frame 1001) and takes no more. Requests go on. */
  endTunnels: () => void
}

export function stateOf(gateways: readonly Gateway[]): GatewayState {
  /** Those whose issuer it is, or any of them. */
  const concerned = (issuer: string | undefined): readonly Revocations[] => {
    const found = gateways.filter(({ issuers }) => issuer === undefined || issuers.has(issuer))
    if (found.length === 0) throw new RevocationError('issuer: is not configured (the name or the iss of an issuer)')
    return found.map(({ verifier }) => verifier.revocations)
  }
  const apply = (denial: WantedDenial): Denial | undefined => {
    const applied = concerned(denial.issuer).map(revocations => revocations.deny(denial))
    return applied.includes(undefined) ? undefined : applied[0]
  }
  return {
    status: () => gateways.flatMap(({ verifier }) => verifier.status()),
    revoke(revocation) {
      const denial = apply(readRevocation(revocation))
      if (denial !== undefined) for (const { onRevoked } of gateways) onRevoked([denial])
      return denial
    },
    deny: denials => denials.map(denial => apply(denial) !== undefined).every(done => done),
    lift(revocation) {
      const denial = readRevocation(revocation)
      return concerned(denial.issuer)
        .map(revocations => revocations.lift(denial))
        .includes(true)
    },
    denials: () => gateways.flatMap(({ verifier }) => verifier.revocations.inForce()),
    load() {
      const loads = gateways.map(gateway => gateway.load())
      return {
        waiting: loads.reduce((sum, { waiting }) => sum + waiting, 0),
        upstreams: loads.flatMap(({ upstreams }) => upstreams),
      }
    },
    endTunnels: () => {
      for (const gateway of gateways) void gateway.endTunnels()
    },
  }
}
