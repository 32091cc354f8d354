import { createHash } from 'node:crypto'

/**
 * The OP iframe of OpenID Connect Session Management section 4.2: computes the session state again from what the browser holds now, and tells
 * whoever asks whether it is still the same.
 */
const script = (cookie: string): string => `
const COOKIE = '${cookie}='
const readState = () => {
  const found = document.cookie.split('; ').find(pair => pair.startsWith(COOKIE))
  return found === undefined ? '' : found.slice(COOKIE.length)
}
addEventListener('message', async event => {
  const answer = word => event.source.postMessage(word, event.origin)
  const [, clientId, state, salt] = /^(\\S+) (\\S+)\\.(\\S+)$/.exec(event.data) ?? []
  if (salt === undefined) return answer('error')
  const text = [clientId, event.origin, readState(), salt].join(' ')
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  const hex = Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('')
  answer(hex === state ? 'unchanged' : 'changed')
})
`

export interface CheckSessionPage {
  readonly html: string
  /** For the Content-Security-Policy: this one script and no other. */
  readonly scriptHash: string
}

export function renderCheckSession(cookie: string): CheckSessionPage {
  const text = script(cookie)
  return {
    html: `<!doctype html>\n<meta charset="utf-8">\n<title>Session state of a mock provider</title>\n<script>${text}</script>\n`,
    scriptHash: `sha256-${createHash('sha256').update(text).digest('base64')}`,
  }
}
