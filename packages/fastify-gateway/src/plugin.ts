import './augment.ts'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { ConfigurationError } from '@gatehouse/configuration'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { listenForExpectations } from './expect.ts'
import { compileGateway, type Gateway } from './gateway.ts'
import { createGuard } from './guard.ts'
import type { GatewayOptions } from './options.ts'
import { sendWhole } from './own-answer.ts'
import { ROUTED_METHODS, steer } from './routing.ts'
import { type GatewayState, stateOf } from './state.ts'
import { judgeTarget, readAuthority } from './target.ts'
import { listenForUpgrades } from './upgrade.ts'

/**
 * The Fastify plugin. Serves every path below its prefix that the application does not serve itself: to the upstream of the most
 * specific route, if the caller is who the route wants, and nowhere otherwise. Rejects with a ConfigurationError that lists every
 * problem. Gives the application `request.principal` and `app.gatehouse`, and changes none of its routes.
 */
const plugin: FastifyPluginAsync<GatewayOptions & { readonly prefix?: string }> = async (app, options) => {
  const gateway = compileGateway(options, {
    origin: originOf(app, options.publicUrl),
    prefix: (app.prefix + (options.prefix ?? '')).replace(/\/$/, ''),
    needsAuthority: () => 'ca' in app.server && app.server.ca !== undefined,
  })
  for (const name of ['principal', 'gatehouseRoute']) {
    if (!app.hasRequestDecorator(name)) app.decorateRequest(name, null)
  }
  if (!app.hasDecorator('gatehouse')) app.decorate('gatehouse', stateOf([]))
  const gateways = [...(registered.get(app.gatehouse) ?? []), gateway]
  Object.assign(app.gatehouse, stateOf(gateways))
  registered.set(app.gatehouse, gateways)
  await app.register(
    async scope => mount(scope, gateway),
    options.prefix === undefined ? {} : { prefix: options.prefix },
  )
}

/** Gateways of one application, by what tells of them. */
const registered = new WeakMap<GatewayState, readonly Gateway[]>()

/** What the user wrote, else the listener: known from the moment it listens, and asked of the system only then. */
function originOf(app: FastifyInstance, publicUrl: string | undefined): () => string | undefined {
  let known = publicUrl?.replace(/\/$/, '')
  return () => {
    if (known === undefined && (app.server as Server).listening) known = app.listeningOrigin
    return known
  }
}

/** Puts the gateway on a scope of its own: one route for everything, and nothing that the application's routes could see. */
function mount(scope: FastifyInstance, gateway: Gateway): void {
  const prefix = checkPrefix(scope.prefix.replace(/\/$/, ''))
  for (const method of ROUTED_METHODS) {
    if (!scope.supportedMethods.includes(method)) scope.addHttpMethod(method, { hasBody: true })
  }
  const guard = createGuard(gateway, { prefix, methods: ROUTED_METHODS })
  for (const url of prefix === '' ? ['/*'] : ['/*', '']) {
    scope.route({
      method: [...ROUTED_METHODS],
      url,
      exposeHeadRoute: false,
      onRequest: guard,
      onSend: sendWhole,
      handler: () => Promise.reject(new Error('the guard let a request pass that it did not answer')),
    })
  }
  const isOurs = ({ url = '', rawHeaders }: IncomingMessage): boolean => {
    const target = url.startsWith(prefix) ? judgeTarget(url.slice(prefix.length) || '/') : undefined
    return target !== undefined && gateway.table.find(target.key, readAuthority(rawHeaders) ?? '') !== undefined
  }
  const beforeRouting = (request: IncomingMessage) => steer(request, prefix)
  const route = (request: IncomingMessage, response: ServerResponse) => {
    beforeRouting(request)
    scope.routing(request, response)
  }
  scope.server.prependListener('request', beforeRouting)
  const stopListening = listenForUpgrades(scope.server, route, isOurs)
  const stopMeeting = listenForExpectations(scope.server)
  // Fastify waits for every connection between these two.
  scope.addHook('preClose', () => gateway.endTunnels())
  scope.addHook('onClose', async () => {
    scope.server.off('request', beforeRouting)
    stopListening()
    stopMeeting()
    gateway.close()
  })
}

function checkPrefix(prefix: string): string {
  if (prefix === '' || (judgeTarget(prefix)?.reading === prefix && !/[:*]/.test(prefix))) return prefix
  throw new ConfigurationError([
    { path: 'prefix', message: 'is no plain path', allowed: 'such as /api, without parameters' },
  ])
}

export const gateway: FastifyPluginAsync<GatewayOptions & { readonly prefix?: string }> = fp(plugin, {
  name: '@gatehouse/fastify-gateway',
  fastify: '5.x',
})
