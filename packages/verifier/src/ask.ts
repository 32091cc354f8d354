import type { AskInit, Ports, TlsMaterial } from './ports.ts'

/** What is asked of an identity provider. Seconds and bytes. */
export interface Ask {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly tls?: TlsMaterial
  /** Deadline of the whole exchange, body included. */
  readonly timeout: number
  readonly maxBytes: number
}

/** Why there is no answer. Constant words: they reach the operator's log. */
export type Failure = 'timeout' | 'network' | 'redirect' | 'too_large' | 'unreadable'

export type Asked =
  | { readonly ok: true; readonly status: number; readonly headers: Headers; readonly body: string }
  /** `status` where the answer came as far as that. */
  | { readonly ok: false; readonly failure: Failure; readonly status?: number }

/** Each failure as a sentence for the operator. */
export const FAILURES: { readonly [F in Failure]: string } = {
  timeout: 'did not answer in time',
  network: 'could not be reached',
  redirect: 'answered with a redirect, which is never followed',
  too_large: 'answered with a body that is too large',
  unreadable: 'answered with a body that is not UTF-8 or ended early',
}

class Late extends Error {}

/**
 * Sends one request and reads the answer under one deadline and one size limit. Never follows a redirect and never throws for what the
 * other side does. Does not judge status, content type or body.
 */
export async function ask(ports: Ports, { url, method, headers, body, tls, timeout, maxBytes }: Ask): Promise<Asked> {
  const abort = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Late())
      abort.abort()
    }, timeout * 1000)
  })
  const init: AskInit = {
    method,
    headers,
    signal: abort.signal,
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
    ...(tls === undefined ? {} : { tls }),
  }
  try {
    return await Promise.race([exchange(ports, url, init, maxBytes), deadline])
  } catch (error) {
    if (error instanceof Late) return { ok: false, failure: 'timeout' }
    throw error
  } finally {
    clearTimeout(timer)
    abort.abort()
  }
}

async function exchange(ports: Ports, url: string, init: AskInit, maxBytes: number): Promise<Asked> {
  let response: Response
  try {
    response = await ports.fetch(url, init)
  } catch {
    return { ok: false, failure: 'network' }
  }
  // A fetch that keeps to its specification hides a manual redirect behind status 0.
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
    return { ok: false, failure: 'redirect', status: response.status }
  }
  const body = await readBody(response, maxBytes)
  if (typeof body !== 'string') return { ok: false, failure: body.failure, status: response.status }
  return { ok: true, status: response.status, headers: response.headers, body }
}

async function readBody(response: Response, maxBytes: number): Promise<string | { failure: Failure }> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let bytes = 0
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength
      if (bytes > maxBytes) return { failure: 'too_large' }
      text += decoder.decode(chunk, { stream: true })
    }
    return text + decoder.decode()
  } catch {
    return { failure: 'unreadable' }
  }
}
