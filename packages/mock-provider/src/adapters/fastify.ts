import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Handle, serve } from './node.ts'

/** What is used of a Fastify 5 instance. */
interface FastifyLike {
  removeAllContentTypeParsers(): unknown
  addContentTypeParser(
    type: string,
    parser: (request: unknown, payload: unknown, done: (error: null) => void) => void,
  ): unknown
  all(path: string, handler: (request: RequestLike, reply: ReplyLike) => unknown): unknown
}

interface RequestLike {
  readonly raw: IncomingMessage
}

interface ReplyLike {
  readonly raw: ServerResponse
  hijack(): unknown
}

export interface MockProviderPluginOptions {
  readonly provider: { readonly handle: Handle }
}

/**
 * Serves a provider from somebody's Fastify 5 app: `app.register(mockProvider, { provider })`. The provider takes every path that the app has no
 * route of its own for, since tenants are made on first use. Not for Fastify's `prefix`: name the tenant in the issuer instead.
 */
export async function mockProvider(app: FastifyLike, { provider }: MockProviderPluginOptions): Promise<void> {
  app.removeAllContentTypeParsers()
  // The provider reads the body itself, bounded, whatever its type.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.all('/*', (request, reply) => {
    reply.hijack()
    serve(provider.handle, request.raw, reply.raw).catch(() => reply.raw.destroy())
  })
}
