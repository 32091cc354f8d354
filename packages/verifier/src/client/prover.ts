import { accept, type Outcome } from '../outcome.ts'
import type { Ports, TlsMaterial } from '../ports.ts'
import { authenticateClient, type ClientProof } from './authenticate.ts'
import type { IntrospectionClient } from './config.ts'
import { createTokenClient, type TokenWish } from './token-client.ts'

/** Who asks, question by question. */
export interface Prover {
  /** A proof for one request; refuses where it could not be had. */
  prove(): Promise<Outcome<ClientProof>>
  /** This proof was refused: whether another one can be had. */
  renew(proof: ClientProof): boolean
}

export interface ProverSettings {
  readonly name: string
  readonly client: IntrospectionClient
  readonly tokenEndpoint: () => Promise<Outcome<string>>
  readonly tls: TlsMaterial | undefined
  /** Seconds. */
  readonly timeout: number
}

export function createProver(settings: ProverSettings, ports: Ports): Prover {
  const { client } = settings
  if (client.auth !== 'bearer') {
    return { prove: async () => accept(await authenticateClient(client, ports)), renew: () => false }
  }
  if (!('grant' in client)) return { prove: async () => accept(proofOf(client.token)), renew: () => false }
  const { grant } = client
  const tokens = createTokenClient({ ...settings, client: grant.client, endpoint: settings.tokenEndpoint }, ports)
  const wish: TokenWish = grant.scope === undefined ? {} : { scope: [grant.scope] }
  return {
    prove: async () => {
      const issued = await tokens.obtain(wish)
      return issued.ok ? accept(proofOf(issued.value.accessToken)) : issued
    },
    renew: ({ headers }) => {
      tokens.forget(wish, (headers.authorization ?? '').slice(BEARER.length))
      return true
    },
  }
}

const BEARER = 'Bearer '

const proofOf = (token: string): ClientProof => ({ headers: { authorization: BEARER + token }, parameters: {} })
