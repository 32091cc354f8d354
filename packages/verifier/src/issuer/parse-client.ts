import { createSecretKey, X509Certificate } from 'node:crypto'
import type { ClientAuthentication, GrantConfig, IntrospectionClient } from '../client/config.ts'
import { readPrivateKey, signaturesOf } from '../client/private-key.ts'
import { checkEndpoint, LEAST_SECRET } from './parse-keys.ts'
import { CLIENT_AUTH } from './schema-introspection.ts'
import type { Section } from './section.ts'

type Auth = ClientAuthentication['auth']

/** Members that each method needs, and those that it may have. */
const MEMBERS: { readonly [A in Auth]: { readonly needs: readonly string[]; readonly takes: readonly string[] } } = {
  none: { needs: [], takes: ['id'] },
  client_secret_basic: { needs: ['id', 'secret'], takes: [] },
  client_secret_post: { needs: ['id', 'secret'], takes: [] },
  client_secret_jwt: { needs: ['id', 'secret'], takes: ['algorithm', 'audience'] },
  private_key_jwt: { needs: ['id', 'key'], takes: ['algorithm', 'audience', 'kid'] },
  tls_client_auth: { needs: ['id', 'cert', 'key'], takes: [] },
}

const HMAC = ['HS256', 'HS384', 'HS512'] as const

/** What only a client that gets tokens has. */
const GRANT_MEMBERS = ['tokenEndpoint', 'scope']

const ALL = ['id', 'secret', 'key', 'cert', 'token', 'tokenAuth', 'algorithm', 'kid', 'audience', ...GRANT_MEMBERS]

export interface ParsedClient {
  readonly asks: IntrospectionClient
  /** Undefined for a client that has nothing to authenticate with. */
  readonly grants: GrantConfig | undefined
}

/** Who asks, and with what tokens are got; `asked` is the section `introspection`. */
export function parseClient(issuer: Section, asked: Section): ParsedClient {
  if (!asked.has('client')) {
    const allowed = '{ id, secret, auth }, or { auth: none } where the issuer wants no credentials'
    asked.complain('client', 'is required', allowed)
    return { asks: { auth: 'none', id: undefined }, grants: undefined }
  }
  const client = asked.section('client')
  const auth = client.choice('auth', [...CLIENT_AUTH, 'bearer', 'none'], 'client_secret_basic')
  checkEndpoint(issuer, client, 'tokenEndpoint', client.text('tokenEndpoint'))
  if (auth === 'bearer') return parseBearer(issuer, asked, client)
  const takes = auth === 'none' ? MEMBERS.none.takes : [...MEMBERS[auth].takes, ...GRANT_MEMBERS]
  refuseOthers(client, [...MEMBERS[auth].needs, ...takes], `auth: ${auth}`)
  const asks = parseAuthentication(issuer, asked, client, auth, `auth: ${auth}`)
  refuseSecretInUrl(asked, client, auth)
  return { asks, grants: auth === 'none' ? undefined : grantsOf(client, asks) }
}

/** RFC 7662 section 2.1: a token written out, or one by client credentials. */
function parseBearer(issuer: Section, asked: Section, client: Section): ParsedClient {
  const token = client.text('token')
  if (token !== undefined || !['id', 'secret', 'key', 'tokenAuth'].some(name => client.has(name))) {
    refuseOthers(client, ['token', 'id'], 'a token')
    if (token === undefined) {
      client.complain(
        'token',
        'is required with auth: bearer',
        'a token, or id and secret for a client-credentials grant',
      )
    } else if (!/^[\x21-\x7e]+$/.test(token)) {
      client.complain('token', 'can not be sent in a header', 'visible ASCII without spaces')
    }
    return { asks: { auth: 'bearer', id: client.text('id'), token: token ?? '' }, grants: undefined }
  }
  const method = client.choice('tokenAuth', CLIENT_AUTH, 'client_secret_basic')
  const { needs, takes } = MEMBERS[method]
  const said = `auth: bearer and tokenAuth: ${method}`
  refuseOthers(client, [...needs, ...takes, ...GRANT_MEMBERS, 'tokenAuth'], said)
  const grant = grantsOf(client, parseAuthentication(issuer, asked, client, method, said))
  if (grant.tokenEndpoint === undefined && !issuer.flag('discovery', true)) {
    client.complain('tokenEndpoint', 'is required where nothing is discovered', 'an absolute https URL')
  }
  return { asks: { auth: 'bearer', id: client.text('id') ?? '', grant }, grants: grant }
}

const grantsOf = (client: Section, authentication: ClientAuthentication): GrantConfig => ({
  client: authentication,
  tokenEndpoint: client.text('tokenEndpoint'),
  scope: client.text('scope'),
})

/** RFC 6749 section 2.3.1: client credentials never stand in a URL. Nor does an assertion: it would be in logs while it is still good. */
function refuseSecretInUrl(asked: Section, client: Section, auth: Auth): void {
  if (asked.raw('method') !== 'GET' || !['client_secret_post', 'client_secret_jwt', 'private_key_jwt'].includes(auth))
    return
  const what = auth === 'client_secret_post' ? 'the secret' : 'an assertion'
  client.complain(
    'auth',
    `would put ${what} in a URL with method GET`,
    'client_secret_basic, tls_client_auth, bearer or none',
  )
}

function refuseOthers(client: Section, meant: readonly string[], said: string): void {
  for (const name of ALL) {
    if (client.has(name) && !meant.includes(name)) {
      client.complain(name, `has no meaning with ${said}`, [...meant, 'auth'].join(', '))
    }
  }
}

function parseAuthentication(
  issuer: Section,
  asked: Section,
  client: Section,
  auth: Auth,
  said: string,
): ClientAuthentication {
  for (const name of MEMBERS[auth].needs) {
    if (!client.has(name)) client.complain(name, `is required with ${said}`, 'as registered at the issuer')
  }
  const id = client.text('id') ?? ''
  const secret = client.text('secret') ?? ''
  switch (auth) {
    case 'none':
      return { auth, id: client.text('id') }
    case 'client_secret_post':
      return { auth, id, secret }
    case 'client_secret_basic':
      return { auth, id, secret, encoding: parseEncoding(asked, client, id) }
    case 'client_secret_jwt': {
      const algorithm = parseHmac(client, secret)
      return {
        auth,
        id,
        algorithm,
        key: createSecretKey(secret, 'utf8'),
        kid: undefined,
        audience: audienceOf(issuer, client),
      }
    }
    case 'private_key_jwt':
      return parsePrivateKeyClient(issuer, client, id)
    case 'tls_client_auth':
      return { auth, id, ...parseCertificate(client) }
  }
}

/** OpenID Connect Core section 9 lets the aud be the issuer, and what updates RFC 7523 wants it to be that and nothing else. */
const audienceOf = (issuer: Section, client: Section): string => client.text('audience') ?? issuer.text('issuer') ?? ''

function parseEncoding(asked: Section, client: Section, id: string): 'form' | 'raw' {
  const encoding = asked.choice('basicEncoding', ['form', 'raw'], 'form')
  if (encoding === 'raw' && id.includes(':')) {
    const allowed = 'an id without a colon, or basicEncoding: form'
    client.complain('id', 'has a colon, which basicEncoding: raw can not carry', allowed)
  }
  return encoding
}

function parseHmac(client: Section, secret: string): string {
  const algorithm = client.raw('algorithm') ?? 'HS256'
  const known = HMAC.find(name => name === algorithm)
  if (known === undefined) {
    client.complain('algorithm', 'is no algorithm of a secret', HMAC.join(', '))
    return 'HS256'
  }
  const least = LEAST_SECRET[known] ?? 0
  if (secret !== '' && Buffer.byteLength(secret) < least) {
    client.complain('secret', `is too short for ${known}`, `at least ${least} bytes`)
  }
  return known
}

function parsePrivateKeyClient(issuer: Section, client: Section, id: string): ClientAuthentication {
  const nobody: ClientAuthentication = { auth: 'none', id }
  const text = client.text('key')
  if (text === undefined) return nobody
  const read = readPrivateKey(text)
  const fit = read === undefined ? [] : signaturesOf(read.key)
  if (read === undefined || fit.length === 0) {
    const allowed = 'a private JWK, or PEM: RSA from 2048 bits, P-256, P-384, P-521 or Ed25519, without a passphrase'
    client.complain('key', 'is not a usable private key', allowed)
    return nobody
  }
  const wanted = client.text('algorithm') ?? read.alg ?? fit[0] ?? ''
  const algorithm = fit.find(name => name === wanted || (wanted === 'Ed25519' && name === 'EdDSA'))
  if (algorithm === undefined) {
    client.complain(client.has('algorithm') ? 'algorithm' : 'key', 'does not fit the kind of the key', fit.join(', '))
    return nobody
  }
  const kid = client.text('kid') ?? read.kid
  return { auth: 'private_key_jwt', id, algorithm, key: read.key, kid, audience: audienceOf(issuer, client) }
}

function parseCertificate(client: Section): { cert: string; key: string } {
  const material = { cert: client.text('cert') ?? '', key: client.text('key') ?? '' }
  const certificate = readCertificate(material.cert)
  const key = readPrivateKey(material.key)
  if (material.cert !== '' && certificate === undefined)
    client.complain('cert', 'holds no certificate', 'certificates in PEM')
  if (material.key !== '' && (key === undefined || !material.key.includes('-----BEGIN'))) {
    client.complain('key', 'holds no private key', 'a private key in PEM, without a passphrase')
  } else if (certificate !== undefined && key !== undefined && !certificate.checkPrivateKey(key.key)) {
    client.complain('key', 'is not the key of the certificate', 'the private key of cert')
  }
  return material
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}
