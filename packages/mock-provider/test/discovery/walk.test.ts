import t from 'tap'
import type { MockProviderOptions } from '../../src/index.ts'
import { FLAGS } from './flags.ts'
import { LISTED } from './proofs.ts'
import { Scene } from './scene.ts'

/** Providers that say different things of themselves. */
const PROVIDERS: Readonly<Record<string, MockProviderOptions>> = {
  standard: {},
  'standard with everything that is off by default': {
    acr: ['bronze', 'silver'],
    authorizationDetails: ['payment'],
    clientCertificates: 'header',
    scopes: { staff: { claims: ['phone'] } },
    grantTypes: [
      ...['authorization_code', 'implicit', 'refresh_token', 'client_credentials', 'password'],
      'urn:ietf:params:oauth:grant-type:device_code',
    ],
  },
  'standard without implicit': { grantTypes: ['authorization_code', 'client_credentials'] },
  'OAuth 2.1': { profile: 'oauth2.1' },
  genauth: { preset: 'genauth' },
  code100: { preset: 'code100' },
  'oidc-op': { preset: 'oidc-op' },
}

/**
 * Where a system itself does not keep its word, or keeps one that it never gave: written so that this fails when it is no longer so.
 * What a test configures for a client goes over what a system would let it register: algorithms of ID tokens, in genauth and code100.
 */
const QUIRKS: Readonly<Record<string, RegExp>> = {
  // A client without a secret may introspect by its name, whatever it registered.
  genauth:
    /^(id_token_signing_alg\w+: (?!HS256|RS256)(.S\d+|EdDSA)|introspection_endpoint_auth\w+: \w*tls_client_auth)$/,
  // Public clients are there, and not in the list.
  code100: /^(id_token_signing_alg\w+: (?!RS256)(.S\d+|EdDSA)|token_endpoint_auth_methods_supported: none)$/,
  // It lists algorithms that its libraries do not sign with, and not its public clients.
  'oidc-op':
    /^(id_token_signing_alg\w+: HS\d+|(id_token|userinfo)_signing\w+: (ES256K|Ed25519|Ed448)|token_endpoint_auth_methods_supported: none)$/,
}
/** Members of no standard, that say nothing. */
const STRAY = ['version', 'client_authn_method']

/** The method by which an endpoint is asked, where that is not POST. */
const GET = ['authorization_endpoint', 'userinfo_endpoint', 'end_session_endpoint', 'jwks_uri', 'check_session_iframe']
const isAddress = (member: string): boolean => /_endpoint$/.test(member) || GET.includes(member)

for (const [name, options] of Object.entries(PROVIDERS)) {
  t.test(`${name}: all that the metadata says is so, and what it leaves out is refused`, async t => {
    const { document } = await Scene.open(options)
    const isQuirk = (say: string): boolean => QUIRKS[name]?.test(say) ?? false
    for (const [member, value] of Object.entries(document)) {
      const scene = await Scene.open(options)
      const listed = LISTED[member]
      if (member === 'issuer') t.equal(value, scene.provider.issuer)
      else if (isAddress(member)) {
        const { status } = await scene.ask(value, { method: GET.includes(member) ? 'GET' : 'POST' })
        t.ok(status < 404, `${member} answers: ${status}`)
      } else if (member === 'mtls_endpoint_aliases') {
        for (const [alias, address] of Object.entries(value)) t.equal(address, document[alias], alias)
      } else if (listed !== undefined) {
        t.ok(value.length > 0, `${member} lists something`)
        for (const each of new Set<string>([...value, ...listed.all])) {
          if (listed.untried?.includes(each)) continue
          const say = `${member}: ${each}`
          const isStated = value.includes(each) !== isQuirk(say)
          t.equal(await listed.works(scene, each), isStated, `${say} ${isStated ? 'works' : 'is refused'}`)
        }
      } else if (!STRAY.includes(member)) t.equal(await FLAGS[member]?.(scene), value, member)
    }
  })
}

t.test('without a grant of the front channel nothing of it is stated or answered', async t => {
  const scene = await Scene.open({ grantTypes: ['client_credentials'] })
  for (const member of ['authorization_endpoint', 'pushed_authorization_request_endpoint', 'response_types_supported'])
    t.notOk(member in scene.document, member)
  scene.document.authorization_endpoint = `${scene.address}/authorize`
  for (const response_type of ['code', 'id_token', 'none']) {
    const { parameters } = await scene.authorize(scene.put(), { response_type })
    t.equal(parameters.get('error'), 'unsupported_response_type', response_type)
  }
  const registered = await scene.ask(scene.document.registration_endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_types: ['implicit'],
      response_types: ['id_token'],
      redirect_uris: ['https://a.example'],
    }),
  })
  t.match(registered.json, { error: 'invalid_client_metadata', error_description: /implicit is not offered/ })
})

t.test('a grant that there is not is no option', async t => {
  await t.rejects(Scene.open({ grantTypes: ['authorization_code', 'magic'] }), /grantTypes: "magic" is not known/)
})

t.test('under FAPI 2.0 no client authenticates by a secret, and nothing but a code is offered', async t => {
  const scene = await Scene.open({ profile: 'fapi2', clientCertificates: 'header' })
  const strong = ['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth']
  for (const endpoint of ['token', 'introspection', 'revocation'])
    t.strictSame(scene.document[`${endpoint}_endpoint_auth_methods_supported`], strong)
  t.strictSame(scene.document.response_types_supported, ['code'])
  t.notOk(scene.document.grant_types_supported.includes('implicit'))
  for (const method of ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', ...strong]) {
    const [headers, shown] = await scene.credentials(method)
    const { status } = await scene.post('introspection_endpoint', { token: 'x', ...shown }, headers)
    t.equal(status === 200, strong.includes(method), method)
  }
})
