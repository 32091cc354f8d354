import { accept, type Outcome } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import type { IssuerConfig } from './config.ts'
import { Discovery, type Metadata } from './discovery.ts'
import { Health } from './health.ts'
import type { KeyKeeper } from './key-keeper.ts'
import { createKeyKeeper } from './keys.ts'

/** One configured issuer at work: where its endpoints are, its keys, and how it fares. Asks nobody anything until it must. */
export interface Authority {
  readonly config: IssuerConfig
  readonly keys: KeyKeeper
  readonly health: Health
  readonly introspectionEndpoint: Locate
  readonly tokenEndpoint: Locate
  readonly userinfoEndpoint: Locate
}

/** Where an endpoint is: written, or from discovery. */
export type Locate = () => Promise<Outcome<string, 'issuer_unavailable'>>

export function createAuthority(config: IssuerConfig, ports: Ports): Authority {
  const health = new Health(ports, config.name, config.issuer)
  const discovery = new Discovery(config, ports, health)
  const written = config.keys.kind === 'remote' ? config.keys.uri : undefined
  const locate = (name: keyof Metadata, url: string | undefined): ReturnType<Locate> =>
    url === undefined ? discovery.locate(name) : Promise.resolve(accept(url))
  return {
    config,
    health,
    keys: createKeyKeeper(config, () => locate('jwksUri', written), ports, health),
    introspectionEndpoint: () => locate('introspectionEndpoint', config.introspection?.endpoint),
    tokenEndpoint: () => locate('tokenEndpoint', config.grants?.tokenEndpoint),
    userinfoEndpoint: () => locate('userinfoEndpoint', config.userinfo.endpoint),
  }
}
