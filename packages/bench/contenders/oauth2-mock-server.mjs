// oauth2-mock-server as its README starts it.
import { OAuth2Server } from 'oauth2-mock-server'

const { port } = JSON.parse(process.argv[2])
const server = new OAuth2Server()
await server.issuer.keys.generate('RS256')
await server.start(port, '127.0.0.1')
