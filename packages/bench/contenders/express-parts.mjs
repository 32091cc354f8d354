// express with the middleware of Auth0 and the proxy that most people pair it with.

import { Agent } from 'node:http'
import express from 'express'
import { auth } from 'express-oauth2-jwt-bearer'
import { createProxyMiddleware } from 'http-proxy-middleware'

const { issuer, audience, upstream, port } = JSON.parse(process.argv[2])
const app = express()
const agent = new Agent({ keepAlive: true })
const proxy = createProxyMiddleware({ target: upstream, agent, pathRewrite: (_path, request) => request.originalUrl })
app.use('/guarded', auth({ issuer, jwksUri: `${issuer}/jwks`, audience, tokenSigningAlg: 'RS256' }), proxy)
app.use('/public', proxy)
app.listen(port, '127.0.0.1')
