// @fastify/http-proxy alone: forwards, checks nothing.
import httpProxy from '@fastify/http-proxy'
import Fastify from 'fastify'

const { upstream, port } = JSON.parse(process.argv[2])
const app = Fastify()
await app.register(httpProxy, { upstream })
await app.listen({ port, host: '127.0.0.1' })
