import { type AskInit, completePorts, type Ports } from '@gatehouse/verifier'
import type { Metrics } from './metrics.ts'

export type ProviderFetch = Ports['fetch']
export type ProviderRequestKind = 'jwks' | 'discovery' | 'introspection'

/** The network as the verifier sees it, with every request to an identity provider counted. */
export function countProviderRequests({ asked }: Pick<Metrics, 'asked'>): ProviderFetch {
  const { fetch } = completePorts()
  return async (url, init) => {
    const kind = kindOf(url, init)
    try {
      const response = await fetch(url, init)
      asked(kind, response.status === 0 ? 'error' : `${Math.floor(response.status / 100)}xx`)
      return response
    } catch (error) {
      asked(kind, 'error')
      throw error
    }
  }
}

const DOCUMENT = /^https?:\/\/[^?#]*\/\.well-known\/(?:openid-configuration|oauth-authorization-server)[^?#]*$/

/** Public documents are told by how they are asked for; everything else is about somebody's token. */
export function kindOf(url: string, { method, headers, body }: AskInit): ProviderRequestKind {
  if (method !== 'GET' || body !== undefined || headers.authorization !== undefined) return 'introspection'
  if (headers.accept?.includes('application/jwk-set+json')) return 'jwks'
  return DOCUMENT.test(url) ? 'discovery' : 'introspection'
}
