import type { IncomingMessage, ServerResponse } from 'node:http'
import { code100 } from './systems/code100.ts'
import { genauth } from './systems/genauth.ts'
import { oidcOp } from './systems/oidc-op.ts'
import { serpense } from './systems/serpense.ts'
import type { System } from './systems/system.ts'
import { uaepass } from './systems/uaepass.ts'

export type { System } from './systems/system.ts'

export const SYSTEMS: readonly System[] = [serpense, genauth, code100, oidcOp, uaepass]

/** Serves one system; answers of `answer` byte for byte. */
export async function serveSystem(
  system: System,
  issuer: () => string,
  now: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stub')
  const [status, type, body] = system.answer(
    {
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      form: new URLSearchParams(Buffer.concat(chunks).toString()),
      authorization: request.headers.authorization,
    },
    issuer(),
    now,
  )
  response.writeHead(status, { 'content-type': type }).end(body)
}
