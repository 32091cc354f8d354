import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastifyJwt, { type TokenOrHeader } from '@fastify/jwt'
import gateway from '@gatehouse/fastify-gateway'
import { recordingUpstream } from '@gatehouse/testkit'
import express from 'express'
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer'
import Fastify from 'fastify'
import buildGetJwks from 'get-jwks'
import type { Test } from 'tap'
import { freePort, untilServes } from './processes.ts'
import { API } from './world.ts'

/** A resource server that trusts `issuer`: GET /orders/1 wants the audience of the API and the scope orders:read, GET /health wants nothing. Answers its origin. */
export type Peer = (t: Test, issuer: string) => Promise<string>

export const gatehouse: Peer = async (t, issuer) => {
  const upstream = await recordingUpstream()
  const app = Fastify({ forceCloseConnections: true })
  t.teardown(async () => {
    await app.close()
    await upstream.close()
  })
  await app.register(gateway, {
    issuers: {
      main: {
        issuer,
        audience: [API],
        tokens: 'either',
        introspection: { client: { id: 'gateway', secret: 'gateway-secret' } },
      },
    },
    upstreams: { orders: { url: upstream.url } },
    routes: [
      { path: '/orders/*', upstream: 'orders', auth: { scopes: ['orders:read'] } },
      { path: '/health', upstream: 'orders', auth: 'public' },
    ],
  })
  return app.listen({ port: 0, host: '127.0.0.1' })
}

/** As the README of get-jwks has it. */
export const fastifyWithGetJwks: Peer = async (t, issuer) => {
  const jwks = buildGetJwks({ providerDiscovery: true, issuersWhitelist: [issuer] })
  const app = Fastify({ forceCloseConnections: true })
  t.teardown(() => app.close())
  await app.register(fastifyJwt, {
    decode: { complete: true },
    secret: async (_: unknown, token: TokenOrHeader) => {
      const { header, payload } = token as { header: { kid?: string; alg: string }; payload: { iss: string } }
      return jwks.getPublicKey({ kid: header.kid as string, alg: header.alg, domain: payload.iss })
    },
    verify: { allowedIss: issuer, allowedAud: API },
  })
  app.get('/health', async () => 'ok')
  app.get('/orders/:id', async (request, reply) => {
    const { scope } = await request.jwtVerify<{ scope?: unknown }>()
    if (!String(scope).split(' ').includes('orders:read')) return reply.code(403).send({ error: 'insufficient_scope' })
    return 'ok'
  })
  return app.listen({ port: 0, host: '127.0.0.1' })
}

/** As the README of express-oauth2-jwt-bearer has it. */
export const expressBearer: Peer = async (t, issuer) => {
  const app = express()
  app.get('/health', (_, response) => void response.send('ok'))
  const guard = auth({ issuerBaseURL: issuer, audience: API })
  app.get('/orders/:id', guard, requiredScopes('orders:read'), (_, response) => void response.send('ok'))
  // Without it the error page prints the stack to the terminal.
  app.set('env', 'test')
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const MODULES = '/usr/lib/apache2/modules'
const APACHE = '/usr/sbin/apache2'
const MODULE_NAMES = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'auth_openidc']

const MODULE = `${MODULES}/mod_auth_openidc.so`
export const hasApache = existsSync(MODULE) && existsSync(APACHE)

/** Of the module that is installed, as it says itself. */
export const readApacheVersion = (): string | undefined =>
  /mod_auth_openidc-([\d.]+)/.exec(readFileSync(MODULE, 'latin1'))?.[1]

/** Apache with mod_auth_openidc as resource server; the module takes keys from an https address only. */
export const apacheOpenidc: Peer = async (t, issuer) => {
  const root = await mkdtemp(join(tmpdir(), 'gatehouse-apache-'))
  const port = await freePort()
  await mkdir(join(root, 'www/orders'), { recursive: true })
  await Promise.all(['orders/1', 'health'].map(name => writeFile(join(root, 'www', name), 'ok')))
  // Its workers may run as another user.
  await chmod(root, 0o755)
  const isRoot = process.getuid?.() === 0
  const lines = [
    `ServerRoot ${root}`,
    `PidFile ${root}/pid`,
    `ErrorLog ${root}/error.log`,
    `DefaultRuntimeDir ${root}`,
    `Mutex file:${root}`,
    'ServerName 127.0.0.1',
    `Listen 127.0.0.1:${port}`,
    ...(isRoot ? ['User www-data', 'Group www-data'] : []),
    ...MODULE_NAMES.map(name => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`),
    `DocumentRoot ${root}/www`,
    'OIDCOAuthSSLValidateServer Off',
    `OIDCOAuthVerifyJwksUri ${issuer}/jwks`,
    '<Location /orders>',
    'AuthType oauth20',
    '<RequireAll>',
    ...[`iss:${issuer}`, `aud:${API}`, 'scope:orders:read'].map(claim => `Require claim ${claim}`),
    '</RequireAll>',
    '</Location>',
  ]
  await writeFile(join(root, 'httpd.conf'), `${lines.join('\n')}\n`)
  const child: ChildProcess = spawn(APACHE, ['-f', join(root, 'httpd.conf'), '-DFOREGROUND'], { stdio: 'ignore' })
  const gone = once(child, 'close')
  t.teardown(async () => {
    child.kill('SIGTERM')
    await gone
    await rm(root, { recursive: true, force: true })
  })
  const url = `http://127.0.0.1:${port}`
  await untilServes(`${url}/health`)
  return url
}
