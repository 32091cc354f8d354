import { type IncomingMessage, METHODS } from 'node:http'

/** Every method that a request can have on an ordinary connection; CONNECT never gets here. */
export const ROUTED_METHODS: readonly string[] = METHODS.filter(method => method !== 'CONNECT')

/** Has dot segments, so it is refused wherever it is judged. */
const REFUSED = '/../'

/**
 * Fastify's router answers some targets before any route sees them: asterisk-form, authority-form, and percent signs that it cannot
 * decode. Such a target is changed into one that reaches the guard and is refused there, so that the refusal is the gateway's.
 */
export function steer(request: IncomingMessage, prefix: string): void {
  const url = request.url ?? ''
  if (isRoutable(url)) return
  if (prefix === '' || url.startsWith(`${prefix}/`)) request.url = prefix + REFUSED
}

function isRoutable(url: string): boolean {
  if (url.charCodeAt(0) !== 47) return /^https?:\/\/[^/]/i.test(url) && isDecodable(url)
  return !url.includes('%') || isDecodable(url)
}

function isDecodable(url: string): boolean {
  const [path = ''] = url.split('?', 1)
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
