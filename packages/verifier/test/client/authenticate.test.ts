import { createHmac, createPublicKey, createSecretKey, verify } from 'node:crypto'
import { makeKey } from '@gatehouse/testkit'
import t from 'tap'
import { authenticateClient } from '../../src/client/authenticate.ts'
import { json, NOW, playPorts } from '../configs.ts'

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

const RSA = makeKey('RS256', 'rsa-1')
const ES = makeKey('ES256', 'ec-1')
const AUDIENCE = 'https://login.example.com'
const read = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString())

t.test('a private key signs a statement for one use, for the issuer and for a minute', async t => {
  let chance = 0
  const lucky = { ...ports, random: (bytes: number) => new Uint8Array(bytes).fill(++chance) }
  for (const { alg, kid, privateKey, jwk } of [RSA, ES]) {
    const client = {
      auth: 'private_key_jwt',
      id: 'gateway',
      algorithm: alg,
      key: privateKey,
      kid,
      audience: AUDIENCE,
    } as const
    const [one, two] = [await authenticateClient(client, lucky), await authenticateClient(client, lucky)]
    t.match(one, {
      headers: {},
      parameters: {
        client_id: 'gateway',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      },
    })
    const [header, payload, signature] = (one.parameters.client_assertion ?? '').split('.')
    t.same(read(header), { alg, typ: 'JWT', kid })
    const { jti, ...claims } = read(payload)
    t.same(claims, { iss: 'gateway', sub: 'gateway', aud: AUDIENCE, iat: NOW, exp: NOW + 60 })
    t.not(jti, read(two.parameters.client_assertion?.split('.')[1]).jti)
    const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const
    t.ok(verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature ?? '', 'base64url')))
  }
})

t.test('every kind of key signs by its algorithms', async t => {
  const kinds = [
    [RSA, 'PS256'],
    [makeKey('ES384'), 'ES384'],
    [makeKey('ES512'), 'ES512'],
    [makeKey('EdDSA'), 'EdDSA'],
  ] as const
  for (const [{ privateKey: key }, algorithm] of kinds) {
    const client = { auth: 'private_key_jwt', id: 'g', algorithm, key, kid: undefined, audience: AUDIENCE } as const
    const { parameters } = await authenticateClient(client, ports)
    t.same(read(parameters.client_assertion?.split('.')[0]), { alg: algorithm, typ: 'JWT' })
  }
})

t.test('a secret signs as well, and is not sent', async t => {
  const secret = 's'.repeat(48)
  const client = { auth: 'client_secret_jwt', id: 'g', algorithm: 'HS384', kid: undefined, audience: AUDIENCE } as const
  const { parameters } = await authenticateClient({ ...client, key: createSecretKey(secret, 'utf8') }, ports)
  const [header, payload, signature] = (parameters.client_assertion ?? '').split('.')
  t.same(read(header), { alg: 'HS384', typ: 'JWT' })
  t.equal(signature, createHmac('sha384', secret).update(`${header}.${payload}`).digest('base64url'))
  t.notOk('client_secret' in parameters)
})

t.test('a certificate is shown beneath the request, and the id within it', async t => {
  const client = { auth: 'tls_client_auth', id: 'gateway', cert: 'CERT', key: 'KEY' } as const
  t.same(await authenticateClient(client, ports), {
    headers: {},
    parameters: { client_id: 'gateway' },
    tls: { cert: 'CERT', key: 'KEY' },
  })
})
