import Fastify from 'fastify'
import gateway from '../src/index.ts'

const app = Fastify({ logger: true })
await app.register(gateway, {
  issuers: {
    main: { issuer: 'https://login.example.com', audience: ['https://api.example.com'] },
  },
  upstreams: {
    orders: { url: 'http://127.0.0.1:9001' },
  },
  routes: [
    { path: '/orders/*', methods: ['GET'], upstream: 'orders', auth: { scopes: ['orders:read'] } },
    { path: '/orders/*', methods: ['POST'], upstream: 'orders', auth: { scopes: ['orders:write'] } },
    { path: '/health', upstream: 'orders', auth: 'public' },
  ],
})
app.get('/about', async request => ({ served: 'by the application', principal: request.principal }))
await app.listen({ port: 4000 })
