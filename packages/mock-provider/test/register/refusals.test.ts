import t from 'tap'
import { CALLBACK, Journey, type Reply } from '../journey.ts'

type Metadata = Record<string, unknown>

const register = (journey: Journey, metadata: Metadata): Promise<Reply> =>
  journey.ask('/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(metadata),
  })

const REDIRECTS: readonly [string, Metadata][] = [
  ['no redirect URI', {}],
  ['an empty list', { redirect_uris: [] }],
  ['a fragment', { redirect_uris: [`${CALLBACK}#there`] }],
  ['a relative one', { redirect_uris: ['/callback'] }],
  ['a script', { redirect_uris: ['javascript:alert(1)'] }],
  [
    'http for a web client of the implicit grant',
    {
      redirect_uris: ['http://app.example.com/cb'],
      response_types: ['id_token'],
      grant_types: ['implicit'],
    },
  ],
  [
    'localhost for a web client of the implicit grant',
    { redirect_uris: ['https://localhost/cb'], response_types: ['id_token'], grant_types: ['implicit'] },
  ],
  [
    'plain http off the loopback for a native client',
    { application_type: 'native', redirect_uris: ['http://a.example/'] },
  ],
]

t.test('redirect URIs that will not do are invalid_redirect_uri', async t => {
  for (const [what, metadata] of REDIRECTS) {
    const { status, json } = await register(new Journey(), metadata)
    t.strictSame([status, json.error], [400, 'invalid_redirect_uri'], what)
  }
})

const KEY = { kty: 'OKP', crv: 'X25519', x: 'hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo' }

const METADATA: readonly [string, Metadata][] = [
  ['redirect URIs that are no list', { redirect_uris: CALLBACK }],
  ['an unknown grant', { grant_types: ['authorization_code', 'telepathy'] }],
  ['a grant that is not offered', { grant_types: ['authorization_code', 'password'] }],
  ['an unknown response type', { response_types: ['codex'] }],
  ['a response type without its grant', { response_types: ['code id_token'], grant_types: ['authorization_code'] }],
  ['a code without its grant', { response_types: ['code'], grant_types: ['refresh_token'] }],
  [
    'client credentials for a public client',
    { token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'client_credentials'] },
  ],
  ['an unknown method', { token_endpoint_auth_method: 'secret_handshake' }],
  [
    'a method that needs TLS, without any',
    { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_subject_dn: 'CN=a' },
  ],
  ['a key method without keys', { token_endpoint_auth_method: 'private_key_jwt' }],
  [
    'an algorithm that is not for the method',
    { token_endpoint_auth_method: 'client_secret_jwt', token_endpoint_auth_signing_alg: 'RS256' },
  ],
  ['both jwks and jwks_uri', { jwks: { keys: [] }, jwks_uri: 'https://app.example.com/jwks' }],
  ['a private key', { jwks: { keys: [{ ...KEY, d: 'AAAA' }] } }],
  ['keys that are no set', { jwks: [KEY] }],
  ['jwks_uri that is no address', { jwks_uri: 'app' }],
  ['an ID token signed with nothing', { id_token_signed_response_alg: 'none' }],
  ['an ID token signed with what is unknown', { id_token_signed_response_alg: 'RS1024' }],
  ['HS256 without a secret', { token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'HS256' }],
  ['userinfo signed with what is unknown', { userinfo_signed_response_alg: 'MD5' }],
  ['introspection signed with what is unknown', { introspection_signed_response_alg: 'MD5' }],
  ['RSA1_5', { id_token_encrypted_response_alg: 'RSA1_5', jwks: { keys: [KEY] } }],
  ['encryption without a key', { id_token_encrypted_response_alg: 'RSA-OAEP' }],
  ['encryption with no key for the algorithm', { id_token_encrypted_response_alg: 'RSA-OAEP', jwks: { keys: [KEY] } }],
  ['enc without alg', { userinfo_encrypted_response_enc: 'A128GCM', jwks: { keys: [KEY] } }],
  [
    'an unknown enc',
    { id_token_encrypted_response_alg: 'ECDH-ES', id_token_encrypted_response_enc: 'ROT13', jwks: { keys: [KEY] } },
  ],
  ['an unknown subject type', { subject_type: 'triplet' }],
  [
    'pairwise with redirect URIs of two hosts',
    { subject_type: 'pairwise', redirect_uris: [CALLBACK, 'https://b.example/cb'] },
  ],
  ['a sector over plain http', { sector_identifier_uri: 'http://app.example.com/sector' }],
  ['a logout address that is none', { backchannel_logout_uri: 'app' }],
  ['a logout address with a fragment', { backchannel_logout_uri: 'https://app.example.com/bye#now' }],
  ['a framed logout page of another site', { frontchannel_logout_uri: 'https://b.example/bye' }],
  ['a bad post_logout_redirect_uri', { post_logout_redirect_uris: ['https://app.example.com/#bye'] }],
  ['a bad request_uri', { request_uris: ['request.jwt'] }],
  ['ping without an address', { backchannel_token_delivery_mode: 'ping' }],
  ['a bad client_uri', { client_uri: 'javascript:alert(1)' }],
  ['a scope that is a list', { scope: ['openid'] }],
  ['a negative max age', { default_max_age: -1 }],
  ['an unknown application type', { application_type: 'mainframe' }],
]

t.test('metadata that is not offered or does not fit together is invalid_client_metadata, and says which', async t => {
  for (const [what, metadata] of METADATA) {
    const { status, json } = await register(new Journey(), { redirect_uris: [CALLBACK], ...metadata })
    t.strictSame([status, json.error], [400, 'invalid_client_metadata'], what)
    t.match(json.error_description, /^[a-z_]+: /, `${what}: ${json.error_description}`)
  }
})
