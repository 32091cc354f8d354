import { completePorts } from '@gatehouse/verifier'
import type { Metrics } from './metrics.ts'

type Fetch = ReturnType<typeof completePorts>['fetch']

/** The network as the verifier sees it, with every request to an identity provider counted. */
export function countProviderRequests(metrics: Metrics): { readonly fetch: Fetch } {
  const { fetch } = completePorts()
  return {
    fetch: async (url, init) => {
      const kind = kindOf(url, init.headers.accept ?? '')
      try {
        const response = await fetch(url, init)
        metrics.asked(kind, response.status === 0 ? 'error' : `${Math.floor(response.status / 100)}xx`)
        return response
      } catch (error) {
        metrics.asked(kind, 'error')
        throw error
      }
    },
  }
}

function kindOf(url: string, accept: string): string {
  if (accept.includes('jwk-set')) return 'jwks'
  return url.includes('/.well-known/') ? 'discovery' : 'introspection'
}
