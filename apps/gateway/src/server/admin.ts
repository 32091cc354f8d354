import { createServer, type Server, type ServerResponse } from 'node:http'
import type { Exposition } from '../observe/exposition.ts'

export type ServingState = 'starting' | 'ready' | 'draining'

export interface Readiness {
  readonly state: ServingState
  /** More members of the answer. */
  readonly details: object
}

/** What the admin listener tells. */
export interface AdminSources {
  readonly readiness: () => Readiness | Promise<Readiness>
  readonly metrics: () => Promise<Exposition>
}

interface Page {
  readonly status: number
  readonly type: string
  readonly body: string
}

const json = (status: number, body: unknown): Page => ({
  status,
  type: 'application/json; charset=utf-8',
  body: `${JSON.stringify(body)}\n`,
})

const PAGES: Readonly<Record<string, (sources: AdminSources) => Page | Promise<Page>>> = {
  '/livez': () => json(200, { status: 'alive' }),
  // Issuers that are down do not make the gateway unready: routes of the others work, and it recovers alone.
  '/readyz': async ({ readiness }) => {
    const { state, details } = await readiness()
    return json(state === 'ready' ? 200 : 503, { status: state, ...details })
  },
  '/metrics': async ({ metrics }) => ({ status: 200, ...(await metrics()) }),
}

/** The admin listener: GET and HEAD of `/livez`, `/readyz` and `/metrics`, nothing else. Not meant to be reached from outside. */
export function createAdmin(sources: AdminSources): Server {
  return createServer({ maxHeaderSize: 8192, headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) => {
    const [path = ''] = (request.url ?? '').split('?', 1)
    const page = Object.hasOwn(PAGES, path) ? PAGES[path] : undefined
    if (page === undefined) return send(response, json(404, { status: 'not found', pages: Object.keys(PAGES) }))
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      return send(response, json(405, { status: 'method not allowed' }))
    }
    Promise.resolve(page(sources)).then(
      found => send(response, found),
      () => send(response, json(500, { status: 'failed' })),
    )
  })
}

function send(response: ServerResponse, { status, type, body }: Page): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

export async function closeAdmin(admin: Server): Promise<void> {
  const closed = new Promise<void>(resolve => void admin.close(() => resolve()))
  admin.closeAllConnections()
  await closed
}
