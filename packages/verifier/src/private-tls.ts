import { request } from 'node:https'
import { Readable } from 'node:stream'
import type { AskInit } from './ports.ts'

/**
 * Asks a server whose certificate is checked against a private authority, or which wants a client certificate. Node's `fetch` takes
 * neither, hence `node:https`. Redirects are handed back as they are.
 */
export function fetchWithTls(url: string, { method, headers, body, signal, tls }: AskInit): Promise<Response> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { ...tls, method, headers, signal, agent: false }, incoming => {
      const fields = new Headers()
      for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
        fields.append(incoming.rawHeaders[i] ?? '', incoming.rawHeaders[i + 1] ?? '')
      }
      const status = incoming.statusCode ?? 500
      // The constructor of Response takes no body with these, and no status below 200 (Fetch, section 2.2.3).
      const bodiless = status === 204 || status === 205 || status === 304
      if (bodiless) incoming.resume()
      const stream = bodiless ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>)
      resolve(new Response(stream, { status, headers: fields }))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
