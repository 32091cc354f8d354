import { X509Certificate } from 'node:crypto'
import { request } from 'node:https'
import * as oauth from 'oauth4webapi'
import t from 'tap'
import { makeSelfSigned } from '../../src/engine/self-signed.ts'
import { createMockProvider } from '../../src/index.ts'

/** A fetch that shows a certificate, or none. */
const fetchWith =
  (ca: string, client?: { cert: string; key: string }) =>
  async (
    url: string,
    init: { method?: string; headers?: Record<string, string>; body?: unknown } = {},
  ): Promise<Response> => {
    const { method = 'GET', headers = {}, body } = init
    return new Promise((resolve, reject) => {
      const sent = request(url, { method, headers, ca, agent: false, ...client }, answer => {
        const chunks: Buffer[] = []
        answer.on('data', chunk => chunks.push(chunk))
        answer.on('end', () => {
          const text = new Headers(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]))
          resolve(new Response(Buffer.concat(chunks), { status: answer.statusCode ?? 0, headers: text }))
        })
      })
      sent.on('error', reject)
      sent.end(body === undefined || body === null ? undefined : String(body))
    })
  }

t.test('a generated certificate repeats for its seed and names the hosts that it is for', async t => {
  const made = makeSelfSigned('seed', 'localhost', ['localhost', '127.0.0.1', '::1', '2001:db8::7'])
  t.strictSame(makeSelfSigned('seed', 'localhost', ['localhost', '127.0.0.1', '::1', '2001:db8::7']), made)
  t.not(makeSelfSigned('other', 'localhost', ['localhost', '127.0.0.1', '::1', '2001:db8::7']).cert, made.cert)
  const certificate = new X509Certificate(made.cert)
  t.equal(certificate.subject, 'CN=localhost')
  t.ok(certificate.verify(certificate.publicKey))
  t.ok(certificate.checkHost('localhost'))
  for (const address of ['127.0.0.1', '::1', '2001:db8::7']) t.ok(certificate.checkIP(address), address)
  t.equal(certificate.ca, true)
})

t.test('over TLS a client authenticates with its certificate and its tokens are bound to it', async t => {
  const mine = makeSelfSigned('mine', 'web', ['web.example.com'])
  const x5c = [mine.cert.replace(/-----[^-]+-----|\s/g, '')]
  const bound = { tls_client_certificate_bound_access_tokens: true }
  const provider = createMockProvider({
    seed: 'tls',
    clients: {
      dns: { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_san_dns: 'web.example.com', ...bound },
      self: {
        token_endpoint_auth_method: 'self_signed_tls_client_auth',
        jwks: { keys: [{ kty: 'RSA', x5c }] },
        ...bound,
      },
    },
  })
  const { url, certificate = '', close } = await provider.listen({ tls: true })
  t.teardown(close)
  t.match(url, /^https:\/\/127\.0\.0\.1:\d+$/)
  const init = { [oauth.customFetch]: fetchWith(certificate, mine) }
  const bare = { [oauth.customFetch]: fetchWith(certificate) }
  const issuer = new URL(url)
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, bare))
  t.equal(as.issuer, url)
  t.ok(as.token_endpoint_auth_methods_supported?.includes('self_signed_tls_client_auth'))
  for (const client_id of ['dns', 'self']) {
    const client = { client_id, use_mtls_endpoint_aliases: true }
    const response = await oauth.clientCredentialsGrantRequest(
      as,
      client,
      oauth.TlsClientAuth(),
      { scope: 'openid' },
      init,
    )
    const { access_token } = await oauth.processClientCredentialsResponse(as, client, response)
    const told = await oauth.introspectionRequest(as, client, oauth.TlsClientAuth(), access_token, init)
    t.match(await oauth.processIntrospectionResponse(as, client, told), { cnf: { 'x5t#S256': /^[\w-]{43}$/ } })
    t.equal((await oauth.userInfoRequest(as, client, access_token, init)).status, 200)
    t.equal((await oauth.userInfoRequest(as, client, access_token, bare).catch(error => error)).status, 401)
    const refused = await oauth.clientCredentialsGrantRequest(as, client, oauth.TlsClientAuth(), {}, bare)
    t.match(await oauth.processClientCredentialsResponse(as, client, refused).catch(error => error), {
      error: 'invalid_client',
    })
  }
})

t.test('a listener takes a certificate of its own, and asks for none where told so', async t => {
  const own = makeSelfSigned('own', 'localhost', ['localhost', '127.0.0.1'])
  const provider = createMockProvider()
  const { url, certificate, close } = await provider.listen({ tls: { ...own, askCertificate: false } })
  t.teardown(close)
  t.equal(certificate, own.cert)
  const metadata = await (await fetchWith(own.cert)(`${url}/.well-known/openid-configuration`)).json()
  t.notOk((metadata as object & { mtls_endpoint_aliases?: object }).mtls_endpoint_aliases)
  await t.rejects(createMockProvider().listen({ tls: { cert: own.cert } }), /cert and key/)
})
