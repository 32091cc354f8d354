import { type AskInit, completePorts, type Ports } from '@gatehouse/verifier'
import type { Metrics } from './metrics.ts'

export type ProviderFetch = Ports['fetch']
export type ProviderRequestKind = 'jwks' | 'discovery' | 'introspection' | 'token' | 'userinfo'

/** The network as the verifier sees it, with every request to an identity provider counted. */
export function countProviderRequests({ asking, asked }: Pick<Metrics, 'asking' | 'asked'>): ProviderFetch {
  const { fetch } = completePorts()
  return async (url, init) => {
    const kind = kindOf(url, init)
    asking(kind)
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

/** Requests are told by how they are sent. What fits nothing else is about somebody's token. */
export function kindOf(url: string, { method, headers, body }: AskInit): ProviderRequestKind {
  // RFC 6749 section 4: every request to a token endpoint names its grant.
  if (method === 'POST') return /(?:^|&)grant_type=/.test(body ?? '') ? 'token' : 'introspection'
  // A GET that introspects has the token in its query, one for userinfo has it in its header only.
  if (headers.authorization?.startsWith('Bearer ') && !url.includes('?')) return 'userinfo'
  if (body !== undefined || headers.authorization !== undefined) return 'introspection'
  if (headers.accept?.includes('application/jwk-set+json')) return 'jwks'
  return DOCUMENT.test(url) ? 'discovery' : 'introspection'
}

/** Documents that are the same for everybody. */
export const isPublic = (kind: ProviderRequestKind): boolean => kind === 'jwks' || kind === 'discovery'
