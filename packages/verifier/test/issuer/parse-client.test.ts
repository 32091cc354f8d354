import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describeProblem } from '@gatehouse/configuration'
import { makeKey } from '@gatehouse/testkit'
import t from 'tap'
import { checkIssuers } from '../../src/issuer/parse.ts'

const GOOD = { issuer: 'https://login.example.com', audience: 'https://api.example.com' }
const LONG = 's'.repeat(64)
const CERT = readFileSync(`${import.meta.dirname}/../fixtures/localhost.cert.pem`, 'utf8')
const CERT_KEY = readFileSync(`${import.meta.dirname}/../fixtures/localhost.key.pem`, 'utf8')
const EC = makeKey('ES256', 'ec-1')
const EC_JWK = JSON.stringify({ ...EC.privateKey.export({ format: 'jwk' }), kid: 'ec-1' })
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const WEAK = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
const pem = (key: typeof RSA): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

const check = (introspection: object, more: object = {}) => checkIssuers({ main: { ...GOOD, ...more, introspection } })

const linesOf = (introspection: object, more: object = {}): string[] =>
  check(introspection, more).problems.map(describeProblem)

function parse(introspection: object, more: object = {}) {
  const { problems, configs } = check(introspection, more)
  t.strictSame(problems, [])
  const [config] = configs
  if (config?.introspection === undefined) throw new Error('there is one issuer, and it is asked')
  return { ...config, introspection: config.introspection }
}

const clientOf = (client: object) => parse({ client }).introspection.client

t.test('each method of authentication takes what it needs', async t => {
  t.match(clientOf({ id: 'g', secret: LONG, auth: 'client_secret_jwt' }), {
    auth: 'client_secret_jwt',
    algorithm: 'HS256',
    audience: GOOD.issuer,
    kid: undefined,
  })
  t.match(clientOf({ id: 'g', secret: LONG, auth: 'client_secret_jwt', algorithm: 'HS512', audience: 'x' }), {
    algorithm: 'HS512',
    audience: 'x',
  })
  t.match(clientOf({ id: 'g', key: EC_JWK, auth: 'private_key_jwt' }), { algorithm: 'ES256', kid: 'ec-1' })
  t.match(clientOf({ id: 'g', key: pem(RSA), auth: 'private_key_jwt', kid: 'k' }), { algorithm: 'RS256', kid: 'k' })
  t.match(clientOf({ id: 'g', key: pem(RSA), auth: 'private_key_jwt', algorithm: 'PS384' }), { algorithm: 'PS384' })
  const ed = makeKey('EdDSA').privateKey
  t.match(clientOf({ id: 'g', key: pem(ed), auth: 'private_key_jwt' }), { algorithm: 'EdDSA' })
  t.match(clientOf({ id: 'g', cert: CERT, key: CERT_KEY, auth: 'tls_client_auth' }), { cert: CERT, key: CERT_KEY })
  t.match(clientOf({ auth: 'bearer', token: 'abc' }), { auth: 'bearer', token: 'abc', id: undefined })
  t.match(clientOf({ auth: 'bearer', id: 'g', secret: 's', scope: 'introspect' }), {
    auth: 'bearer',
    grant: { client: { auth: 'client_secret_basic' }, tokenEndpoint: undefined, scope: 'introspect' },
  })
  const endpoint = 'https://login.example.com/t'
  const bearer = { auth: 'bearer', id: 'g', key: EC_JWK, tokenAuth: 'private_key_jwt', tokenEndpoint: endpoint }
  t.match(clientOf(bearer), { grant: { client: { auth: 'private_key_jwt' }, tokenEndpoint: endpoint } })
})

t.test('an issuer whose JWTs are verified here may have credentials all the same, for tokens of our own', async t => {
  const { configs, problems } = check({ client: { id: 'g', secret: 's' } }, { tokens: 'jwt' })
  t.strictSame(problems, [])
  t.match(configs[0], { introspection: undefined, grants: { client: { id: 'g' } } })
})

t.test('signed answers have an audience, may be encrypted, and keep the keys of an opaque issuer', async t => {
  const CLIENT = { id: 'g', secret: 's' }
  const opened = parse({ client: CLIENT, accept: 'jwt' }, { tokens: 'opaque' })
  t.match(opened.introspection, { accept: 'jwt', answerAudience: 'g', decryption: undefined })
  t.equal(opened.keys.kind, 'remote')
  const { introspection } = parse({
    client: CLIENT,
    accept: 'jwt',
    answerAudience: 'https://api.example.com',
    decryption: { key: pem(RSA), enc: 'A256GCM' },
  })
  t.match(introspection, {
    answerAudience: 'https://api.example.com',
    decryption: { alg: 'RSA-OAEP-256', enc: 'A256GCM' },
  })
  t.match(parse({ client: CLIENT, accept: 'jwt', decryption: { key: EC_JWK } }).introspection.decryption, {
    alg: 'ECDH-ES',
    enc: 'A128CBC-HS256',
  })
})

const BROKEN: Readonly<Record<string, readonly [object, ...string[]]>> = {
  'a short secret for assertions': [
    { client: { id: 'g', secret: 'short', auth: 'client_secret_jwt' } },
    'client.secret: is too short for HS256 (at least 32 bytes)',
  ],
  'assertions by nobody with nothing': [
    { client: { auth: 'client_secret_jwt' } },
    'client.id: is required with auth: client_secret_jwt',
    'client.secret: is required with auth: client_secret_jwt',
  ],
  'an algorithm that no secret has': [
    { client: { id: 'g', secret: LONG, auth: 'client_secret_jwt', algorithm: 'RS256' } },
    'client.algorithm: is no algorithm of a secret (HS256, HS384, HS512)',
  ],
  'a private key that is missing': [
    { client: { id: 'g', auth: 'private_key_jwt' } },
    'client.key: is required with auth: private_key_jwt',
  ],
  'a key that is a public one': [
    { client: { id: 'g', key: JSON.stringify(EC.jwk), auth: 'private_key_jwt' } },
    'client.key: is not a usable private key',
  ],
  'a key that is weak': [
    { client: { id: 'g', key: pem(WEAK), auth: 'private_key_jwt' } },
    'client.key: is not a usable private key',
  ],
  'a key that is a path': [
    { client: { id: 'g', key: 'gateway.jwk.json', auth: 'private_key_jwt' } },
    'client.key: is not a usable private key',
  ],
  'an algorithm of another kind of key': [
    { client: { id: 'g', key: EC_JWK, auth: 'private_key_jwt', algorithm: 'RS256' } },
    'client.algorithm: does not fit the kind of the key (ES256)',
  ],
  'a JWK that names an algorithm of another kind': [
    { client: { id: 'g', key: JSON.stringify({ ...JSON.parse(EC_JWK), alg: 'RS256' }), auth: 'private_key_jwt' } },
    'client.key: does not fit the kind of the key (ES256)',
  ],
  'a certificate and a key that are none': [
    { client: { id: 'g', cert: 'cert.pem', key: 'key.pem', auth: 'tls_client_auth' } },
    'client.cert: holds no certificate',
    'client.key: holds no private key',
  ],
  'a key of another certificate': [
    { client: { id: 'g', cert: CERT, key: pem(RSA), auth: 'tls_client_auth' } },
    'client.key: is not the key of the certificate',
  ],
  'a certificate that would not be shown': [
    { client: { id: 'g', cert: CERT, key: CERT_KEY, auth: 'tls_client_auth' }, endpoint: 'http://127.0.0.1/i' },
    'endpoint: is plain http, where no certificate is shown',
  ],
  'nothing to bear': [{ client: { auth: 'bearer' } }, 'client.token: is required with auth: bearer'],
  'a token that can not be sent': [
    { client: { auth: 'bearer', token: 'a b' } },
    'client.token: can not be sent in a header',
  ],
  'a token beside a grant': [
    { client: { auth: 'bearer', token: 'a', secret: 's' } },
    'client.secret: has no meaning with a token (token, id, auth)',
  ],
  'a grant without a secret': [
    { client: { auth: 'bearer', id: 'g' } },
    'client.secret: is required with auth: bearer and tokenAuth: client_secret_basic',
  ],
  'members of another method': [
    { client: { id: 'g', secret: 's', key: 'k', cert: 'c', token: 't', tokenAuth: 'client_secret_post', kid: 'k' } },
    'client.key: has no meaning with auth: client_secret_basic',
    'client.cert: has no meaning',
    'client.token: has no meaning',
    'client.tokenAuth: has no meaning',
    'client.kid: has no meaning',
  ],
  'an unsafe token endpoint': [
    { client: { id: 'g', secret: 's', tokenEndpoint: 'http://login.example.com/t' } },
    'client.tokenEndpoint: is not a safe endpoint',
  ],
  'an assertion in a URL': [
    { client: { id: 'g', key: EC_JWK, auth: 'private_key_jwt' }, method: 'GET' },
    'client.auth: would put an assertion in a URL with method GET',
  ],
  'signed answers to nobody': [
    { client: { auth: 'none' }, accept: 'jwt' },
    'answerAudience: is required where the client has no id',
  ],
  'what only signed answers have': [
    { client: { id: 'g', secret: 's' }, answerAudience: 'a', decryption: { key: EC_JWK } },
    'answerAudience: has no meaning with accept: json',
    'decryption: has no meaning with accept: json',
  ],
  'a decryption key that is none': [
    { client: { id: 'g', secret: 's' }, accept: 'jwt', decryption: { key: 'nonsense' } },
    'decryption.key: is not a usable private key',
  ],
  'a decryption that does not fit its key': [
    { client: { id: 'g', secret: 's' }, accept: 'jwt', decryption: { key: EC_JWK, alg: 'RSA-OAEP' } },
    'decryption.alg: does not fit the kind of the key (ECDH-ES, ',
  ],
  'a decryption by an algorithm that leaks': [
    { client: { id: 'g', secret: 's' }, accept: 'jwt', decryption: { key: EC_JWK, alg: 'RSA1_5' } },
    'decryption.alg: is not one of the values known',
  ],
  'a decryption without a key': [
    { client: { id: 'g', secret: 's' }, accept: 'jwt', decryption: {} },
    'decryption.key: is required',
  ],
}

t.test('credentials that can not work are refused by path, and never shown', async t => {
  for (const [name, [introspection, ...expected]] of Object.entries(BROKEN)) {
    const lines = linesOf(introspection)
    t.equal(lines.length, expected.length, `${name}: ${lines.join(' | ')}`)
    for (const line of expected) {
      const whole = `issuers.main.introspection.${line}`
      t.ok(
        lines.some(said => said.startsWith(whole)),
        `${name}: ${line}`,
      )
    }
    t.notMatch(lines.join('\n'), /PRIVATE KEY|nonsense|jwk\.json/)
  }
})

t.test('without discovery, a grant needs its endpoint written', async t => {
  const more = { discovery: false, jwks: { uri: 'https://login.example.com/jwks' } }
  const asked = { endpoint: 'https://login.example.com/i', client: { auth: 'bearer', id: 'g', secret: 's' } }
  t.match(linesOf(asked, more), [/^issuers\.main\.introspection\.client\.tokenEndpoint: is required/])
})

t.test('an elliptic key that is on no curve we know is refused', async t => {
  const odd = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey
  const other = generateKeyPairSync('ed448').privateKey
  for (const key of [odd, other]) {
    t.match(linesOf({ client: { id: 'g', key: pem(key), auth: 'private_key_jwt' } }), [/is not a usable private key/])
    const decryption = { key: pem(key) }
    t.match(linesOf({ client: { id: 'g', secret: 's' }, accept: 'jwt', decryption }), [/is not a usable private key/])
  }
})
