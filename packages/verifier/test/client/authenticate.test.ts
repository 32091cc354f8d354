import t from 'tap'
import { authenticateClient } from '../../src/client/authenticate.ts'
import { json, playPorts } from '../configs.ts'

const { ports } = playPorts(() => json({}))

const decode = (header: string | undefined) =>
  Buffer.from((header ?? '').replace('Basic ', ''), 'base64').toString('utf8')

t.test('Basic form-encodes both halves first, as RFC 6749 section 2.3.1 says', async t => {
  const client = { auth: 'client_secret_basic', id: 'a:b c', secret: 'SEC:RET+/% é', encoding: 'form' } as const
  const { headers, parameters } = await authenticateClient(client, ports)
  t.equal(decode(headers.authorization), 'a%3Ab+c:SEC%3ARET%2B%2F%25+%C3%A9')
  t.same(parameters, {})
})

t.test('raw Basic sends both halves as they are', async t => {
  const client = { auth: 'client_secret_basic', id: 'app', secret: 'SEC:RET+/%', encoding: 'raw' } as const
  t.equal(decode((await authenticateClient(client, ports)).headers.authorization), 'app:SEC:RET+/%')
})

t.test('post sends both as parameters and no header', async t => {
  t.same(await authenticateClient({ auth: 'client_secret_post', id: 'app', secret: 'x' }, ports), {
    headers: {},
    parameters: { client_id: 'app', client_secret: 'x' },
  })
})

t.test('none sends the client id where there is one', async t => {
  t.same(await authenticateClient({ auth: 'none', id: 'app' }, ports), {
    headers: {},
    parameters: { client_id: 'app' },
  })
  t.same(await authenticateClient({ auth: 'none', id: undefined }, ports), { headers: {}, parameters: {} })
})
