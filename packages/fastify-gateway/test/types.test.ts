import type { Principal } from '@gatehouse/verifier'
import type { FastifyRequest } from 'fastify'
import t from 'tap'
import { defineGateway } from '../src/index.ts'

const issuer = { issuer: 'https://login.example.com', audience: ['https://api.example.com'] }
const upstream = { url: 'http://127.0.0.1:9001' }

t.test('a misspelt issuer or upstream in a route does not compile', async t => {
  const options = defineGateway({
    issuers: { main: issuer, partner: issuer },
    upstreams: { orders: upstream },
    routes: [
      { path: '/a', upstream: 'orders', auth: { issuers: ['main', 'partner'] } },
      // @ts-expect-error mian is no issuer
      { path: '/b', upstream: 'orders', auth: { issuers: ['mian'] } },
      // @ts-expect-error order is no upstream
      { path: '/c', upstream: 'order', auth: {} },
      // @ts-expect-error a route without auth is no route
      { path: '/d', upstream: 'orders' },
      // @ts-expect-error there is no such word
      { path: '/e', upstream: 'orders', auth: 'none' },
    ],
  })
  t.equal(options.routes.length, 5)
})

t.test('a request tells who sent it', async t => {
  const read = (request: FastifyRequest): Principal | null => request.principal
  // @ts-expect-error nobody makes a principal but the verifier
  const forged: Principal = { subject: 'alice' }
  t.type(read, 'function')
  t.ok(forged)
})
