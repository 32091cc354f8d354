import { type FakePorts, fakePorts, makeKey } from '@gatehouse/testkit'
import type { GatewayOptions } from '../src/index.ts'
import { AUDIENCE, ISSUER } from './world.ts'

/** When a faked clock begins, in seconds. */
export const START = 1_800_000_000
export const TOKENS = `${ISSUER}/token`
export const INTROSPECT = `${ISSUER}/introspect`
export const USERINFO = `${ISSUER}/userinfo`
export const key = makeKey('ES256')

/** An issuer of which everything can be asked; what it answers is for the test to script. */
export const issuers = {
  main: {
    issuer: ISSUER,
    audience: [AUDIENCE],
    jwks: { keys: [key.jwk] },
    discovery: false,
    introspection: {
      endpoint: INTROSPECT,
      client: { id: 'gateway', secret: 'a-secret-of-the-gateway', tokenEndpoint: TOKENS },
    },
    userinfo: { endpoint: USERINFO },
  },
} as const

/** A network that the test scripts, and the ports of a gateway that has it in place of the real one. */
export function fakeNetwork(): { readonly network: FakePorts; readonly ports: GatewayOptions['ports'] & object } {
  const network = fakePorts({ now: START })
  const { random: _random, ...fakes } = network.ports
  return { network, ports: fakes as unknown as GatewayOptions['ports'] & object }
}
