import Fastify from 'fastify'
import t from 'tap'
import { createMockProvider, mockProvider } from '../../src/index.ts'

t.test('a Fastify app serves the provider beside its own routes', async t => {
  const provider = createMockProvider({ seed: 'fastify' })
  const app = Fastify()
  t.teardown(() => app.close())
  app.get('/mine', async () => 'mine')
  app.register(mockProvider, { provider })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  t.equal(await (await fetch(`${url}/mine`)).text(), 'mine')
  t.match(await (await fetch(`${url}/.well-known/openid-configuration`)).json(), { issuer: url })
  const token = await fetch(`${url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('demo:demo-secret').toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  t.match(await token.json(), { access_token: /^eyJ/ })
  const minted = await fetch(`${url}/_mock/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"sub":"bob"}',
  })
  t.match(await minted.json(), { claims: { sub: 'bob' } })
})
