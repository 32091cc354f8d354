import { isPublic, kindOf, type ProviderFetch } from '../observe/provider-requests.ts'
import type { DocumentAnswer, DocumentRequest } from './messages.ts'

/** Puts a request to the primary. Aborting is told to it. */
export type AskPrimary = (request: DocumentRequest, signal: AbortSignal) => Promise<DocumentAnswer>

/** A worker's network: public documents by way of the primary, everything about a token by its own connections. */
export const fetchThroughPrimary =
  (ask: AskPrimary, own: ProviderFetch): ProviderFetch =>
  async (url, init) => {
    if (!isPublic(kindOf(url, init))) return own(url, init)
    const { headers, tls, signal } = init
    const answer = await ask({ url, headers, ...(tls === undefined ? {} : { tls }) }, signal)
    if (!answer.ok || answer.status < 200) throw new TypeError('fetch failed')
    const body = BODILESS.has(answer.status) ? null : Buffer.from(answer.body, 'base64')
    return new Response(body, { status: answer.status, headers: answer.headers.map(([name, value]) => [name, value]) })
  }

/** The constructor of Response takes no body with these (Fetch, section 2.2.3). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304])
