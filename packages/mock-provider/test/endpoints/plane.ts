import type { MockProviderOptions } from '../../src/index.ts'
import { createMockProvider } from '../../src/index.ts'

export const ORIGIN = 'https://login.example.com'

/** A provider and its control plane. */
export interface Plane {
  readonly provider: ReturnType<typeof createMockProvider>
  /** Sends JSON, or text as it is. */
  readonly ask: (
    method: string,
    path: string,
    body?: unknown,
  ) => Promise<{
    status: number
    headers: Headers
    // biome-ignore lint/suspicious/noExplicitAny: JSON of any shape, judged by the tests.
    body: any
  }>
}

export function openPlane(options: MockProviderOptions = {}): Plane {
  const provider = createMockProvider({ seed: 'control', issuer: ORIGIN, ...options })
  const ask: Plane['ask'] = async (method, path, body) => {
    const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body)
    const response = await provider.fetch(new Request(`${ORIGIN}${path}`, { method, body: text }))
    const read = await response.text()
    return { status: response.status, body: read === '' ? undefined : JSON.parse(read), headers: response.headers }
  }
  return { provider, ask }
}

const BASIC = `Basic ${Buffer.from('demo:demo-secret').toString('base64')}`
export const postForm = (
  { provider }: Plane,
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = { authorization: BASIC },
) => provider.fetch(new Request(`${ORIGIN}${path}`, { method: 'POST', headers, body: new URLSearchParams(form) }))

export async function isActive(plane: Plane, token: string): Promise<boolean> {
  return ((await (await postForm(plane, '/introspect', { token })).json()) as { active: boolean }).active
}
