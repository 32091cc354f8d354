import t from 'tap'
import { authenticateClient } from '../../src/client/authenticate.ts'
import type { IntrospectionConfig } from '../../src/issuer/config.ts'
import { requestIntrospection } from '../../src/token/question.ts'
import { json, makeIntrospection, playPorts, type Sent } from '../configs.ts'

const ENDPOINT = 'https://login.example.com/introspect'

async function send(over: Partial<IntrospectionConfig>, token = 'the token', endpoint = ENDPOINT): Promise<Sent> {
  const { ports, sent } = playPorts(() => json({ active: false }))
  const settings = makeIntrospection(over)
  if (settings.client.auth === 'bearer') throw new Error('bearer is for the prover')
  const proof = await authenticateClient(settings.client, ports)
  await requestIntrospection(settings, { endpoint, token, proof, tls: undefined }, ports)
  const [first] = sent
  if (first === undefined) throw new Error('nothing was sent')
  return first
}

t.test('the default is the POST of RFC 7662 with Basic credentials', async t => {
  const { url, init, form } = await send({})
  t.equal(url.href, ENDPOINT)
  t.match(init, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      authorization: /^Basic /,
    },
  })
  t.same(Object.fromEntries(form), { token: 'the token', token_type_hint: 'access_token' })
})

t.test('a token can not add parameters of its own', async t => {
  const nasty = 'x&client_id=evil&token_type_hint=refresh_token#?%26é'
  const body = await send({ client: { auth: 'client_secret_post', id: 'app', secret: 's&t' } }, nasty)
  t.same(
    [...body.form],
    [
      ['token', nasty],
      ['token_type_hint', 'access_token'],
      ['client_id', 'app'],
      ['client_secret', 's&t'],
    ],
  )
  const query = await send({ method: 'GET', client: { auth: 'none', id: undefined }, hint: false }, nasty)
  t.same([...query.url.searchParams], [['token', nasty]])
  t.equal(query.url.hash, '')
})

t.test('GET has no body and says everything in the query, beside what the endpoint has', async t => {
  const { url, init } = await send(
    { method: 'GET', tokenParam: 'id_token', hint: false, client: { auth: 'none', id: 'app' } },
    'abc',
    `${ENDPOINT}?tenant=a`,
  )
  t.equal(url.search, '?tenant=a&id_token=abc&client_id=app')
  t.notOk('body' in init)
  t.notOk('content-type' in init.headers)
})

t.test('POST with the token in the query keeps the client in the body', async t => {
  const { url, form } = await send({ tokenIn: 'query', client: { auth: 'client_secret_post', id: 'app', secret: 's' } })
  t.equal(url.searchParams.get('token'), 'the token')
  t.same(Object.fromEntries(form), { client_id: 'app', client_secret: 's' })
})

t.test('a parameter of the endpoint’s own query that has the token’s name gives way', async t => {
  const { url } = await send(
    { method: 'GET', hint: false, client: { auth: 'none', id: undefined } },
    'abc',
    `${ENDPOINT}?token=x`,
  )
  t.same(url.searchParams.getAll('token'), ['abc'])
})

t.test('the issuer’s certificate authority goes with the request', async t => {
  const { ports, sent } = playPorts(() => json({ active: false }))
  const question = { endpoint: ENDPOINT, token: 'x', tls: { ca: 'PEM' } }
  await requestIntrospection(makeIntrospection(), { ...question, proof: { headers: {}, parameters: {} } }, ports)
  t.same(sent[0]?.init.tls, { ca: 'PEM' })
  const tls = { cert: 'CERT', key: 'KEY' }
  await requestIntrospection(makeIntrospection(), { ...question, proof: { headers: {}, parameters: {}, tls } }, ports)
  t.same(sent[1]?.init.tls, { ca: 'PEM', cert: 'CERT', key: 'KEY' }, 'and the client’s own certificate beside it')
})
