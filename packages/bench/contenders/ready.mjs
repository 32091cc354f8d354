// Prints the milliseconds from a provider that is only imported to its first answer, in this process: what a test suite waits for.
const [name] = process.argv.slice(2)

const STARTS = {
  async 'mock-oidc'() {
    const { createMockProvider } = await import('@gatehouse/mock-provider')
    return async () => {
      const provider = createMockProvider({ issuer: 'http://127.0.0.1' })
      return provider.fetch(new Request('http://127.0.0.1/.well-known/openid-configuration'))
    }
  },
  // With its own keys for development, so that none is made while the clock runs.
  async 'oidc-provider'() {
    const { default: Provider } = await import('oidc-provider')
    return async () => {
      const provider = new Provider('http://127.0.0.1')
      const server = provider.listen(0, '127.0.0.1')
      await new Promise(resolve => server.once('listening', resolve))
      return fetch(`http://127.0.0.1:${server.address().port}/.well-known/openid-configuration`)
    }
  },
  async 'oauth2-mock-server'() {
    const { OAuth2Server } = await import('oauth2-mock-server')
    return async () => {
      const server = new OAuth2Server()
      await server.issuer.keys.generate('RS256')
      await server.start(0, '127.0.0.1')
      return fetch(`${server.issuer.url}/.well-known/openid-configuration`)
    }
  },
}

const start = await STARTS[name]()
// The runtime loads these when they are first named, whoever names them.
await new Response(new Request('http://127.0.0.1').url).text()
const began = performance.now()
const answer = await start()
await answer.text()
const took = performance.now() - began
if (answer.status !== 200) throw new Error(`${name} answered ${answer.status}`)
process.stdout.write(String(took), () => process.exit(0))
