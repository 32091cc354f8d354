import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { judgeConfiguration } from '@gatehouse/gateway'
import { makeKey } from '@gatehouse/testkit'
import t from 'tap'

const key = makeKey('ES256')
const privateJwk = { ...key.privateKey.export({ format: 'jwk' }), alg: 'ES256', kid: 'k' }

/** Something in every section, so that every section's judge gets to see what was put in. */
const CONFIGURATION = {
  server: { host: '127.0.0.1', port: 4000, publicUrl: 'https://api.example.com', trustedProxies: ['10.0.0.0/8'] },
  admin: { host: '127.0.0.1', port: 4001 },
  issuers: {
    main: {
      issuer: 'https://login.example.com',
      audience: ['https://api.example.com'],
      tokens: 'either',
      algorithms: ['RS256'],
      typ: 'any',
      clockTolerance: '5s',
      jwks: { uri: 'https://login.example.com/jwks', maxAge: '10m' },
      introspection: {
        endpoint: 'https://login.example.com/introspect',
        client: { id: 'gateway', secret: 'a-secret-of-the-gateway', auth: 'client_secret_post' },
        method: 'POST',
        tokenParam: 'token',
        inactiveWhen: [{ status: 400, member: 'error', equals: 'expired' }],
        timeout: '3s',
        cache: { ttl: '30s' },
      },
    },
    hmac: { issuer: 'https://h.example.com', audience: ['x'], tokens: 'jwt', discovery: false, secret: 'h'.repeat(40) },
    keyed: {
      issuer: 'https://k.example.com',
      audience: ['x'],
      tokens: 'opaque',
      introspection: { client: { id: 'gateway', auth: 'private_key_jwt', key: JSON.stringify(privateJwk) } },
    },
  },
  minting: { issuer: 'https://gateway.internal', key: JSON.stringify(privateJwk), alg: 'ES256', lifetime: '60s' },
  upstreams: { orders: { url: 'http://127.0.0.1:9001', connectTimeout: '2s' } },
  routes: [
    {
      path: '/orders/*',
      methods: ['GET'],
      host: 'api.example.com',
      upstream: 'orders',
      rewrite: { stripPrefix: '/orders', addPrefix: '/v1' },
      auth: {
        issuers: ['main'],
        audience: ['https://api.example.com/orders'],
        scopes: ['read'],
        clients: ['web'],
        claims: { email_verified: true, groups: { contains: 'admins' } },
        acr: ['gold'],
        maxAge: '10m',
        proof: 'any',
      },
      identity: {
        headers: { 'x-user': 'sub' },
        token: 'mint',
        mint: { audience: 'orders', claims: { mail: 'email' } },
      },
      cors: { origins: ['https://app.example.com'], credentials: true },
      target: { allow: ['%2F'] },
    },
  ],
}

type Place = readonly (string | number)[]

function* placesOf(value: unknown, place: Place = []): Generator<Place> {
  if (typeof value !== 'object' || value === null) return void (yield place)
  for (const [name, member] of Object.entries(value)) {
    yield* placesOf(member, [...place, Array.isArray(value) ? Number(name) : name])
  }
}

function put(root: object, place: Place, value: unknown): object {
  const copy = structuredClone(root)
  let holder = copy as Record<string | number, unknown>
  for (const name of place.slice(0, -1)) holder = holder[name] as Record<string | number, unknown>
  holder[place.at(-1) ?? ''] = value
  return copy
}

const judge = (folder: string, configuration: object, variable: string) => {
  const file = join(folder, 'gatehouse.json')
  writeFileSync(file, JSON.stringify(configuration))
  return judgeConfiguration(file, { variable: () => variable, logLevel: 'info', noColor: true })
}

t.test('what comes from the environment is quoted by no problem, wherever it was put by mistake', async t => {
  const folder = t.testdir({})
  t.match(judge(folder, CONFIGURATION, ''), { ok: true }, 'the configuration is good as it is')
  const secret = randomBytes(18).toString('base64url')
  let refused = 0
  for (const place of placesOf(CONFIGURATION)) {
    for (const written of ['${env:X}', 'https://${env:X}@login.example.com/?k=${env:X}', '/a ${env:X}/{b}']) {
      const judged = judge(folder, put(CONFIGURATION, place, written), secret)
      if (judged.ok) continue
      refused++
      t.notMatch(JSON.stringify(judged.problems), secret, place.join('.'))
    }
  }
  t.ok(refused > 100, `${refused} configurations were refused`)
})

t.test('a configuration that is shown has no secret of its own', async t => {
  const folder = t.testdir({})
  const secret = randomBytes(32).toString('base64url')
  const jwk = { ...privateJwk, d: secret }
  const secretly: readonly (readonly [Place, unknown])[] = [
    [['issuers', 'main', 'introspection', 'client', 'secret'], '${env:X}'],
    [['issuers', 'main', 'introspection', 'endpoint'], 'https://login.example.com/introspect?key=${env:X}'],
    [['issuers', 'main', 'introspection', 'endpoint'], 'https://login.example.com/introspect?${env:X}'],
    [['issuers', 'main', 'jwks', 'uri'], 'https://login.example.com/jwks?a=b&key=${env:X}'],
    [['issuers', 'hmac', 'secret'], '${env:X}'],
    [['issuers', 'main', 'introspection', 'client'], { auth: 'bearer', token: '${env:X}' }],
    [['issuers', 'main', 'jwks'], { keys: [{ ...key.jwk, k: secret }] }],
    [['minting', 'key'], JSON.stringify(jwk)],
  ]
  for (const [place, value] of secretly) {
    const judged = judge(folder, put(CONFIGURATION, place, value), secret)
    const { shown, routes } = judged.ok ? judged.configuration : { shown: judged.problems, routes: [] }
    t.notMatch(JSON.stringify([shown, routes]), secret, `${place.join('.')}, ${judged.ok ? 'shown' : 'refused'}`)
  }
})
