import type { Claims } from '@gatehouse/protocol'
import { digestConfiguration } from '../digest.ts'
import { accept, type Outcome, refuse } from '../outcome.ts'
import type { IssuerConfig } from './config.ts'

/** Issuers that may vouch for a token in one place, in order of preference. Whatever a token says, the answer is one of them. */
export class Registry {
  readonly configs: readonly IssuerConfig[]
  /** Of everything in all of them that can change a verdict; for one issuer that issuer's own. */
  readonly digest: string
  readonly #byIssuer: ReadonlyMap<unknown, IssuerConfig>

  constructor(configs: readonly IssuerConfig[]) {
    this.configs = configs
    const digests = configs.map(config => config.digest)
    this.digest = digests.length === 1 ? (digests[0] ?? '') : digestConfiguration(digests)
    this.#byIssuer = new Map(configs.map(config => [config.issuer, config]))
  }

  /** The issuer that a token not yet verified names, by exact string (RFC 7519 section 4.1.1: case-sensitive). Does no I/O. */
  resolve(candidate: Claims): Outcome<IssuerConfig, 'issuer_unknown'> {
    const config = this.#byIssuer.get(candidate.iss)
    return config === undefined ? refuse({ code: 'issuer_unknown' }) : accept(config)
  }
}
