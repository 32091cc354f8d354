import { createSecretKey } from 'node:crypto'
import { parseKey, type VerificationKey } from '../jwk.ts'
import { accept, type Outcome, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import type { IssuerConfig } from './config.ts'
import type { Health } from './health.ts'
import { type Found, type KeyKeeper, pickKeys, type Wanted } from './key-keeper.ts'
import { RemoteKeys } from './remote-keys.ts'

export function createKeyKeeper(
  config: IssuerConfig,
  jwksUri: () => Promise<Outcome<string, 'issuer_unavailable'>>,
  ports: Ports,
  health: Health,
): KeyKeeper {
  const { keys } = config
  switch (keys.kind) {
    case 'remote':
      return new RemoteKeys(config, keys, jwksUri, ports, health)
    case 'local':
      return new LocalKeys(
        config.name,
        keys.keys.map(parseKey).filter(key => key !== undefined),
      )
    case 'secret':
      return new SecretKey(keys.secret, config.algorithms)
    case 'none':
      return new LocalKeys(config.name, [])
  }
}

/** Keys written in the configuration. */
class LocalKeys implements KeyKeeper {
  readonly #name: string
  readonly #keys: readonly VerificationKey[]

  constructor(name: string, keys: readonly VerificationKey[]) {
    this.#name = name
    this.#keys = keys
  }

  find(wanted: Wanted): Found {
    const keys = pickKeys(this.#keys, wanted)
    return keys.length > 0 ? accept(keys) : refuse({ code: 'key_unknown', issuer: this.#name })
  }

  vouches(): boolean {
    return true
  }
}

/** The one secret of an issuer that signs with HMAC. There is nothing to choose, so `kid` is not looked at. */
class SecretKey implements KeyKeeper {
  readonly #keys: readonly VerificationKey[]

  constructor(secret: Uint8Array, algorithms: ReadonlySet<string>) {
    this.#keys = [{ kid: undefined, key: createSecretKey(secret), algorithms, identity: 'secret' }]
  }

  find(): Found {
    return accept(this.#keys)
  }

  vouches(): boolean {
    return true
  }
}
