import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { Exposition } from '../observe/exposition.ts'
import { json, type Page } from './page.ts'
import { answerRevocations, type RevocationDesk } from './revocations.ts'
import type { Settings } from './settings.ts'

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
  readonly revocations: RevocationDesk
}

const PAGES: Readonly<Record<string, (sources: AdminSources) => Page | Promise<Page>>> = {
  '/livez': () => json(200, { status: 'alive' }),
  // Issuers that are down do not make the gateway unready: routes of the others work, and it recovers alone.
  '/readyz': async ({ readiness }) => {
    const { state, details } = await readiness()
    return json(state === 'ready' ? 200 : 503, { status: state, ...details })
  },
  '/metrics': async ({ metrics }) => ({ status: 200, ...(await metrics()) }),
}

const REVOCATIONS = '/revocations'

/**
 * The admin listener: GET and HEAD of `/livez`, `/readyz` and `/metrics`, and `/revocations` where there is a secret to guard it, nothing
 * else. Not meant to be reached from outside.
 */
export function createAdmin(sources: AdminSources, { admin }: Settings, log: Logger): Server {
  const secret = admin?.secret
  const pages = [...Object.keys(PAGES), ...(secret === undefined ? [] : [REVOCATIONS])]
  const answer = async (request: IncomingMessage): Promise<Page> => {
    const [path = ''] = (request.url ?? '').split('?', 1)
    if (path === REVOCATIONS && secret !== undefined) return answerRevocations(sources.revocations, secret, request)
    const page = Object.hasOwn(PAGES, path) ? PAGES[path] : undefined
    if (page === undefined) return json(404, { status: 'not found', pages })
    if (request.method === 'GET' || request.method === 'HEAD') return page(sources)
    return { ...json(405, { status: 'method not allowed' }), headers: { allow: 'GET, HEAD' } }
  }
  return createServer({ maxHeaderSize: 8192, headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) => {
    answer(request).then(
      page => {
        if (page.status === 401) log.warn({ status: 401 }, 'admin request refused')
        send(response, page)
      },
      () => send(response, json(500, { status: 'failed' })),
    )
  })
}

function send(response: ServerResponse, { status, type, body, headers }: Page): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...headers,
  })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

export async function closeAdmin(admin: Server): Promise<void> {
  const closed = new Promise<void>(resolve => void admin.close(() => resolve()))
  admin.closeAllConnections()
  await closed
}
