import { createServer } from 'node:http'
import { createVerifier, REJECTIONS } from '@gatehouse/verifier'

const verifier = createVerifier({
  issuers: { main: { issuer: 'https://login.example.com', audience: 'https://api.example.com' } },
})
const orders = verifier.policy({ scopes: ['orders:read'] })

export const server = createServer(async (request, response) => {
  const { method = 'GET', url: target = '/', rawHeaders } = request
  const outcome = await verifier.authenticate({ method, target, rawHeaders }, orders)
  if (outcome.ok) return response.end(`Hello, ${outcome.value.subject}\n`)
  const { rejection } = outcome
  const challenge = verifier.challenge(rejection, orders)
  if (challenge !== undefined) response.setHeader('WWW-Authenticate', challenge)
  if (rejection.code === 'issuer_unavailable') response.setHeader('Retry-After', rejection.detail.retryAfter)
  return response.writeHead(REJECTIONS[rejection.code].status).end()
})
