import { makeKey } from '@gatehouse/testkit'
import t from 'tap'
import { checkIssuers } from '../../src/issuer/parse.ts'

const GOOD = { issuer: 'https://login.example.com', audience: ['https://api.example.com'] }
const CLIENT = { client: { id: 'gateway', secret: 'gateway-secret' } }
const CA = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'
const SECRET = 'x'.repeat(64)

function parse(options: object) {
  const { problems, configs } = checkIssuers({ main: { ...GOOD, ...options } })
  t.strictSame(problems, [])
  const [config] = configs
  if (config === undefined) throw new Error('there is one issuer')
  return config
}

t.test('issuer and audience are enough; everything else has the documented default', async t => {
  const { digest, algorithms, ...config } = parse({})
  t.equal([...algorithms].join(), 'RS256,RS384,RS512,PS256,PS384,PS512,ES256,ES384,ES512,EdDSA')
  t.match(digest, /^[\w-]{43}$/)
  t.strictSame(config, {
    name: 'main',
    issuer: 'https://login.example.com',
    audience: new Set(['https://api.example.com']),
    tokens: 'jwt',
    discovery: true,
    typ: 'any',
    clockTolerance: 5,
    keys: { kind: 'remote', uri: undefined, maxAge: 600, cooldown: 30, staleIfError: 86400, timeout: 5 },
    scopeSeparator: 'space',
    tls: undefined,
    insecureHttp: false,
    introspection: undefined,
    grants: undefined,
    userinfo: { endpoint: undefined, timeout: 3, ttl: 60, entries: 10000 },
    revocation: { audience: new Set(), lifetime: 86400 },
  })
})

t.test('introspection has the documented defaults', async t => {
  const { introspection, tokens, grants, revocation } = parse({ introspection: CLIENT })
  t.equal(tokens, 'either')
  t.strictSame(introspection, {
    endpoint: undefined,
    client: { auth: 'client_secret_basic', id: 'gateway', secret: 'gateway-secret', encoding: 'form' },
    method: 'POST',
    tokenIn: 'body',
    tokenParam: 'token',
    hint: true,
    accept: 'json',
    answerAudience: undefined,
    decryption: undefined,
    activeWhen: 'active',
    inactiveWhen: [],
    refusedWhen: [{ status: 401, member: undefined, equals: undefined }],
    zeroExpMeansNone: false,
    tokenType: 'any',
    timeout: 3,
    maxInFlight: 100,
    ttl: 30,
    negativeTtl: 5,
    entries: 50000,
    serveStale: 0,
  })
  t.strictSame(grants, { client: introspection?.client, tokenEndpoint: undefined, scope: undefined })
  t.strictSame(revocation.audience, new Set(['gateway']))
})

t.test('what is written is what counts', async t => {
  const config = parse({
    audience: 'https://api.example.com',
    tokens: 'both',
    typ: 'at+jwt',
    algorithms: ['ES256', 'RS256'],
    clockTolerance: '250ms',
    scopeSeparator: 'comma',
    ca: CA,
    jwks: { uri: null, maxAge: '1h', cooldown: '5s', staleIfError: 0, timeout: 1 },
    introspection: {
      endpoint: 'https://login.example.com/introspect',
      client: { id: 'gateway', auth: 'none' },
      method: 'GET',
      inactiveWhen: [{ status: 400, member: 'error', equals: null }, { status: 500 }],
      cache: { ttl: '0s', entries: 0 },
      onOutage: { serveStale: '1m' },
    },
  })
  t.match(config, {
    audience: new Set(['https://api.example.com']),
    tokens: 'both',
    algorithms: new Set(['RS256', 'ES256']),
    clockTolerance: 0.25,
    tls: { ca: CA },
    keys: { maxAge: 3600, cooldown: 5, staleIfError: 0, timeout: 1 },
    introspection: {
      client: { auth: 'none', id: 'gateway' },
      method: 'GET',
      tokenIn: 'query',
      inactiveWhen: [
        { status: 400, member: 'error', equals: null },
        { status: 500, member: undefined },
      ],
      ttl: 0,
      negativeTtl: 5,
      entries: 0,
      serveStale: 60,
    },
  })
  t.match(
    parse({ introspection: { client: { ...CLIENT.client, auth: 'client_secret_post' } } }).introspection?.client,
    {
      auth: 'client_secret_post',
      secret: 'gateway-secret',
    },
  )
  t.equal(parse({ audience: 'unchecked' }).audience, undefined)
})

t.test('keys come from discovery, a URI, the configuration, or a secret', async t => {
  t.match(parse({ jwks: { uri: 'https://keys.example.com' } }).keys, {
    kind: 'remote',
    uri: 'https://keys.example.com',
  })
  t.match(parse({ jwks: { keys: [makeKey().jwk] }, discovery: false }).keys, {
    kind: 'local',
    keys: [{ kid: 'ES256-1' }],
  })
  const hmac = parse({ secret: SECRET })
  t.strictSame([...hmac.algorithms], ['HS256'])
  t.match(hmac.keys, { kind: 'secret', secret: new TextEncoder().encode(SECRET) })
  t.equal(parse({ tokens: 'opaque', introspection: CLIENT }).keys.kind, 'none')
})

t.test('a preset is applied under what is written, and alone does not mean introspection', async t => {
  t.equal(parse({ preset: 'genauth' }).tokens, 'jwt')
  t.match(parse({ preset: 'authing', introspection: CLIENT }), {
    tokens: 'either',
    introspection: { client: { auth: 'client_secret_post' }, hint: false },
  })
  t.match(parse({ preset: 'serpense' }), { tokens: 'opaque', discovery: false, introspection: { method: 'GET' } })
  t.equal(parse({ preset: null }).tokens, 'jwt')
})

t.test('whatever can change a verdict changes the digest of the configuration', async t => {
  const changes: readonly object[] = [
    {},
    { audience: 'other' },
    { algorithms: ['ES256'] },
    { clockTolerance: 6 },
    { secret: SECRET },
    { secret: 'y'.repeat(64) },
    { introspection: CLIENT },
  ]
  t.equal(new Set(changes.map(change => parse(change).digest)).size, changes.length)
  t.equal(parse({}).digest, parse({}).digest)
})

t.test('http is allowed on loopback, and elsewhere if asked for', async t => {
  for (const host of ['127.0.0.1', '127.1.2.3:4010', '[::1]', 'localhost:80']) {
    t.equal(parse({ issuer: `http://${host}/a` }).issuer, `http://${host}/a`)
  }
  const loose = { issuer: 'http://login.example.com', jwks: { uri: 'http://keys.example.com' } }
  t.equal(parse({ ...loose, allowInsecureHttp: true }).insecureHttp, true)
})

t.test('a record that is none, or empty, or has odd names, is refused', async t => {
  for (const value of [undefined, null, [], 'a', {}]) t.equal(checkIssuers(value).problems.length, 1)
  t.match(checkIssuers({ 'a b': GOOD }).problems, [{ path: 'issuers' }])
  t.match(checkIssuers({ main: null }, 'config.issuers').problems, [
    { path: 'config.issuers.main', message: 'is null' },
  ])
})

t.test('one issuer is configured once', async t => {
  const { problems, configs } = checkIssuers({ a: GOOD, b: GOOD, c: { ...GOOD, issuer: `${GOOD.issuer}/` } })
  t.match(problems, [{ path: 'issuers.b.issuer', message: 'is the issuer of issuers.a too' }])
  t.equal(problems.length, 1)
  t.strictSame(
    configs.map(({ name }) => name),
    ['a', 'b', 'c'],
  )
})
