// Fastify's own parts put together as their READMEs say, with the verify cache on.
import httpProxy from '@fastify/http-proxy'
import fastifyJwt from '@fastify/jwt'
import Fastify from 'fastify'
import buildGetJwks from 'get-jwks'

const { issuer, audience, upstream, port } = JSON.parse(process.argv[2])
const getJwks = buildGetJwks({ issuersWhitelist: [issuer], providerDiscovery: true })
const app = Fastify()
await app.register(fastifyJwt, {
  decode: { complete: true },
  secret: (_request, token) => getJwks.getPublicKey({ kid: token.header.kid, domain: issuer, alg: token.header.alg }),
  verify: { allowedIss: issuer, allowedAud: audience, algorithms: ['RS256'], cache: 10_000 },
})
await app.register(httpProxy, {
  upstream,
  prefix: '/guarded',
  rewritePrefix: '/guarded',
  preHandler: request => request.jwtVerify(),
  replyOptions: { rewriteRequestHeaders: (request, headers) => ({ ...headers, 'x-user': request.user.sub }) },
})
await app.register(httpProxy, { upstream, prefix: '/public', rewritePrefix: '/public' })
await app.listen({ port, host: '127.0.0.1' })
