import type { JsonObject } from '@gatehouse/protocol'
import { isRedirectUri, texts } from '../../engine/clients.ts'
import { Refusal } from '../../engine/refusal.ts'

/** What is wrong with where answers are to go (RFC 7591 section 3.2.2 `invalid_redirect_uri`); undefined for nothing. */
export function judgeRedirectUris(metadata: JsonObject): Refusal | undefined {
  const uris = texts(metadata.redirect_uris) ?? []
  const types = texts(metadata.response_types) ?? []
  if (types.length > 0 && uris.length === 0)
    return refuse('at least one is required by a client that is sent answers through a browser')
  if (!uris.every(isRedirectUri))
    return refuse('each must be an absolute URI without a fragment (RFC 6749 section 3.1.2)')
  const parsed = uris.map(uri => new URL(uri))
  if (metadata.application_type === 'native') {
    return parsed.every(isNative)
      ? undefined
      : refuse('a native client has a scheme of its own, https, or http at a loopback address')
  }
  const isImplicit = texts(metadata.grant_types)?.includes('implicit') === true
  return isImplicit && !parsed.every(({ protocol, hostname }) => protocol === 'https:' && hostname !== 'localhost')
    ? refuse(
        'a web client of the implicit grant has https only, and not localhost (OpenID Connect Registration section 2)',
      )
    : undefined
}

/** OpenID Connect Registration section 2 (`application_type`); RFC 8252 section 7.2 adds https that an app claims. */
const isNative = ({ protocol, hostname }: URL): boolean =>
  protocol !== 'http:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)

const refuse = (say: string): Refusal => new Refusal('invalid_redirect_uri', `redirect_uris: ${say}`)
