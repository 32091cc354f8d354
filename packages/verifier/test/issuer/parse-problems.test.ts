import { describeProblem } from '@gatehouse/configuration'
import { makeKey } from '@gatehouse/testkit'
import t from 'tap'
import { checkIssuers } from '../../src/issuer/parse.ts'

const GOOD = { issuer: 'https://login.example.com', audience: ['https://api.example.com'] }
const CLIENT = { client: { id: 'gateway', secret: 'gateway-secret' } }
const SECRET = 'x'.repeat(64)

const linesOf = (options: unknown): string[] => checkIssuers({ main: options }).problems.map(describeProblem)

const BROKEN: Readonly<Record<string, readonly [object, ...string[]]>> = {
  'no audience': [{ audience: undefined }, 'issuers.main.audience: is required'],
  'an empty audience': [{ audience: [] }, 'issuers.main.audience: is empty or too short'],
  'unchecked in a list': [{ audience: ['unchecked'] }, 'issuers.main.audience: has unchecked in a list'],
  'no issuer': [{ issuer: undefined }, 'issuers.main.issuer: is required'],
  'an issuer that is no URL': [{ issuer: 'login.example.com' }, 'issuers.main.issuer: is not an absolute URL'],
  'http off loopback': [{ issuer: 'http://login.example.com' }, 'issuers.main.issuer: is not https'],
  'http on a name that looks like loopback': [
    { issuer: 'http://127.0.0.1.example.com' },
    'issuers.main.issuer: is not https',
  ],
  'another protocol': [{ issuer: 'ftp://localhost' }, 'issuers.main.issuer: is not https'],
  'credentials in the issuer': [{ issuer: 'https://a:b@login.example.com' }, 'issuers.main.issuer: is not https'],
  'a query': [{ issuer: 'https://login.example.com?a=b' }, 'issuers.main.issuer: has a query or a fragment'],
  'a fragment': [{ issuer: 'https://login.example.com#a' }, 'issuers.main.issuer: has a query or a fragment'],
  'a misspelt member': [{ audiance: 'a' }, 'issuers.main.audiance: is not known, did you mean audience?'],
  'an unknown mode': [{ tokens: 'all' }, 'issuers.main.tokens: is not one of the values known'],
  'an unknown preset': [{ preset: 'auth0' }, 'issuers.main.preset: is not one of the values known'],
  'an unknown algorithm': [{ algorithms: ['none'] }, 'issuers.main.algorithms[0]: is not one of the values known'],
  'no algorithm': [{ algorithms: [] }, 'issuers.main.algorithms: is empty or too short'],
  'HMAC beside a JWKS': [
    { algorithms: ['RS256', 'HS256'] },
    'issuers.main.algorithms: has an HMAC algorithm without a secret',
  ],
  'RSA with a secret': [
    { secret: SECRET, algorithms: ['HS256', 'RS256'] },
    'issuers.main.algorithms: has what a secret can not verify',
  ],
  'a secret beside jwks': [
    { secret: SECRET, jwks: { uri: 'https://a.example' } },
    'issuers.main.secret: is not allowed beside jwks',
  ],
  'a short secret': [
    { secret: 'x'.repeat(31) },
    'issuers.main.secret: is too short for its algorithms (at least 32 bytes)',
  ],
  'a secret too short for HS512': [
    { secret: 'x'.repeat(63), algorithms: ['HS256', 'HS512'] },
    'issuers.main.secret: is too short for its algorithms (at least 64 bytes)',
  ],
  'a duration without a unit': [{ clockTolerance: '5' }, 'issuers.main.clockTolerance: is not valid'],
  'a negative duration': [{ clockTolerance: -1 }, 'issuers.main.clockTolerance: is not valid'],
  'a tolerance beyond reason': [{ clockTolerance: '1h' }, 'issuers.main.clockTolerance: is out of bounds (0s to 10m)'],
  'timings out of bounds': [
    { jwks: { maxAge: '25h', cooldown: '2h', staleIfError: '8d', timeout: 0 } },
    'issuers.main.jwks.maxAge: is out of bounds (0s to 24h)',
    'issuers.main.jwks.cooldown: is out of bounds (0s to 1h)',
    'issuers.main.jwks.staleIfError: is out of bounds (0s to 7d)',
    'issuers.main.jwks.timeout: is out of bounds (1ms to 60s)',
  ],
  'an unsafe JWKS': [{ jwks: { uri: 'http://a.example' } }, 'issuers.main.jwks.uri: is not a safe endpoint'],
  'keys beside a URI': [
    { jwks: { uri: 'https://a.example', keys: [makeKey().jwk] } },
    'issuers.main.jwks.uri: has no meaning beside keys',
  ],
  'no keys': [{ jwks: { keys: [] } }, 'issuers.main.jwks.keys: is empty or too short'],
  'keys that are none, or private': [
    { jwks: { keys: [{ kty: 'EC' }, 'key', { ...makeKey().jwk, d: 'AAAA' }, { kty: 'oct', k: 'AAAA' }] } },
    'issuers.main.jwks.keys[1]: is a string',
    'issuers.main.jwks.keys[0]: is not a usable key',
    'issuers.main.jwks.keys[2]: is a private or secret key',
    'issuers.main.jwks.keys[3]: is a private or secret key',
  ],
  'no discovery and no keys': [{ discovery: false }, 'issuers.main.jwks: is required where nothing is discovered'],
  'no discovery and no endpoint': [
    { discovery: false, jwks: { uri: 'https://a.example' }, introspection: CLIENT },
    'issuers.main.introspection.endpoint: is required where nothing is discovered',
  ],
  'a preset that can not know the endpoint': [
    { preset: 'uaepass', introspection: CLIENT },
    'issuers.main.introspection.endpoint: is required where nothing is discovered',
  ],
  'opaque tokens and nobody who asks': [{ tokens: 'opaque' }, 'issuers.main.introspection.client: is required'],
  'either, written out, and nobody who asks': [{ tokens: 'either' }, 'issuers.main.introspection.client: is required'],
  'introspection without a client': [
    { introspection: { timeout: '1s' } },
    'issuers.main.introspection.client: is required',
  ],
  'a client without credentials': [
    { introspection: { client: {} } },
    'issuers.main.introspection.client.id: is required with auth: client_secret_basic',
    'issuers.main.introspection.client.secret: is required with auth: client_secret_basic',
  ],
  'a client with members of another method': [
    { introspection: { client: { ...CLIENT.client, token: 'abc' } } },
    'issuers.main.introspection.client.token: has no meaning with auth: client_secret_basic',
  ],
  'more questions at once than sockets, or none': [
    { introspection: { ...CLIENT, maxInFlight: 0 } },
    'issuers.main.introspection.maxInFlight: is not valid (most questions at once, a whole number from 1 to 10000; default 100)',
  ],
  'userinfo that is unsafe or out of bounds': [
    { userinfo: { endpoint: 'http://a.example', timeout: '2m', cache: { ttl: '2d', entries: 0.5 } } },
    'issuers.main.userinfo.cache.entries: is a number',
    'issuers.main.userinfo.endpoint: is not a safe endpoint',
    'issuers.main.userinfo.timeout: is out of bounds (1ms to 60s)',
    'issuers.main.userinfo.cache.ttl: is out of bounds (0s to 24h)',
  ],
  'revocations that nobody could address': [
    { revocation: {} },
    'issuers.main.revocation.audience: is required where the client has no id',
  ],
  'revocations remembered too long': [
    { revocation: { audience: 'gateway', lifetime: '1y' } },
    'issuers.main.revocation.lifetime: is not valid',
  ],
  'revocations remembered too short': [
    { revocation: { audience: ['gateway'], lifetime: '1s' } },
    'issuers.main.revocation.lifetime: is out of bounds (1m to 90d)',
  ],
  'revocations without any keys': [
    {
      tokens: 'opaque',
      discovery: false,
      introspection: { ...CLIENT, endpoint: 'https://a.example' },
      revocation: {},
    },
    'issuers.main.jwks: is required where nothing is discovered',
  ],
  'a body in a GET': [
    { introspection: { ...CLIENT, method: 'GET', tokenIn: 'body' } },
    'issuers.main.introspection.tokenIn: can not be body with method GET',
  ],
  'a secret in a URL': [
    { introspection: { client: { ...CLIENT.client, auth: 'client_secret_post' }, method: 'GET' } },
    'issuers.main.introspection.client.auth: would put the secret in a URL with method GET',
  ],
  'a colon in a raw id': [
    { introspection: { client: { id: 'a:b', secret: 'c' }, basicEncoding: 'raw' } },
    'issuers.main.introspection.client.id: has a colon, which basicEncoding: raw can not carry',
  ],
  'an unsafe introspection endpoint': [
    { introspection: { ...CLIENT, endpoint: 'http://a.example' } },
    'issuers.main.introspection.endpoint: is not a safe endpoint',
  ],
  'matchers that match nothing or anything': [
    { introspection: { ...CLIENT, inactiveWhen: [{}, { equals: 1 }, 5], refusedWhen: [{ status: 99 }] } },
    'issuers.main.introspection.inactiveWhen[0]: is empty or too short',
    'issuers.main.introspection.inactiveWhen[2]: is a number',
    'issuers.main.introspection.refusedWhen[0].status: is not valid',
    'issuers.main.introspection.inactiveWhen[1]: has equals without member',
  ],
  'an outage policy that is none': [
    { introspection: { ...CLIENT, onOutage: 'allow' } },
    'issuers.main.introspection.onOutage: is not the value allowed (deny, or { serveStale: a duration up to 24h })',
  ],
  'a ca that is a path': [{ ca: 'ca.pem' }, 'issuers.main.ca: holds no certificate'],
  'everything of the wrong type': [
    { discovery: 'yes', jwks: 'https://a.example', introspection: [], typ: 1, secret: 5, algorithms: 'RS256' },
    'issuers.main.discovery: is a string',
    'issuers.main.jwks: is a string',
    'issuers.main.introspection: is a list',
    'issuers.main.typ: is a number',
    'issuers.main.secret: is a number',
    'issuers.main.algorithms: is a string',
  ],
}

t.test('every mistake is listed, by path, with what is allowed', async t => {
  for (const [name, [change, ...expected]] of Object.entries(BROKEN)) {
    const lines = linesOf({ ...GOOD, ...change })
    for (const line of expected)
      t.ok(
        lines.some(said => said.startsWith(line)),
        `${name}: ${line}`,
      )
    const unexpected = lines.filter(said => !expected.some(line => said.startsWith(line)))
    if (name !== 'everything of the wrong type') t.strictSame(unexpected, [], `${name}: and nothing else`)
    for (const line of lines) t.match(line, /\(.+\)$/, 'says what is allowed')
  }
})

t.test('values never show in a problem, since they may be secrets', async t => {
  const lines = linesOf({ ...GOOD, secret: 'hunter2', introspection: { client: { id: 'hunter3', key: 'hunter4' } } })
  t.ok(lines.length >= 3)
  t.notMatch(lines.join('\n'), /hunter/)
})
