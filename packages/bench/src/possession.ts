import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { makeKey, signToken } from '@gatehouse/testkit'
import { createVerifier, type Inbound } from '@gatehouse/verifier'

/**
 * What a proof of possession costs beside a bearer token, each token verified before: microseconds of processor time a request, in turns.
 * DPoP (RFC 9449) verifies a fresh signature with every request; a certificate (RFC 8705) is digested and compared.
 */
const ISSUER = 'https://login.example.com'
const PUBLIC = 'https://api.example.com'
const ROUNDS = 7
const REQUESTS = 2000

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const digest = (value: string | Uint8Array): string => createHash('sha256').update(value).digest('base64url')

const key = makeKey('RS256')
const now = Math.floor(Date.now() / 1000)
const holder = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const { crv, kty, x, y } = holder.publicKey.export({ format: 'jwk' })
const certificate = randomBytes(900)

const token = (claims: object): string =>
  signToken(key, { iss: ISSUER, aud: PUBLIC, sub: 'alice', iat: now, exp: now + 3600, ...claims })
const bearer = token({})
const certified = token({ cnf: { 'x5t#S256': digest(certificate) } })
const proven = token({ cnf: { jkt: digest(JSON.stringify({ crv, kty, x, y })) } })

function prove(): string {
  const head = encode({ typ: 'dpop+jwt', alg: 'ES256', jwk: { crv, kty, x, y } })
  const claims = { jti: randomBytes(12).toString('base64url'), htm: 'GET', htu: `${PUBLIC}/orders`, iat: now }
  const input = `${head}.${encode({ ...claims, ath: digest(proven) })}`
  const signature = sign('sha256', Buffer.from(input), { key: holder.privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

const ask = (...rawHeaders: string[]): Inbound => ({ method: 'GET', target: '/orders', rawHeaders })
const KINDS = {
  bearer: () => ask('authorization', `Bearer ${bearer}`),
  certificate: () => ({ ...ask('authorization', `Bearer ${certified}`), certificate: () => certificate }),
  dpop: () => ask('authorization', `DPoP ${proven}`, 'dpop', prove()),
}

const verifier = createVerifier({
  issuers: { main: { issuer: ISSUER, audience: [PUBLIC], tokens: 'jwt', discovery: false, jwks: { keys: [key.jwk] } } },
  publicUrl: PUBLIC,
})
const policy = verifier.policy({})

async function measure(make: () => Inbound): Promise<number> {
  const requests = Array.from({ length: REQUESTS }, make)
  const before = process.cpuUsage()
  for (const request of requests) {
    const decided = verifier.authenticate(request, policy)
    const outcome = decided instanceof Promise ? await decided : decided
    if (!outcome.ok) throw new Error(`refused: ${outcome.rejection.code}`)
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / REQUESTS
}

const figures = new Map(Object.keys(KINDS).map(kind => [kind, [] as number[]]))
for (let round = 0; round <= ROUNDS; round++) {
  for (const [kind, make] of Object.entries(KINDS)) {
    const spent = await measure(make)
    if (round > 0) figures.get(kind)?.push(spent)
  }
}
for (const [kind, spent] of figures) {
  const median = spent.sort((a, b) => a - b)[Math.floor(spent.length / 2)] ?? Number.NaN
  process.stdout.write(`${kind.padEnd(12)} ${median.toFixed(1).padStart(7)} µs\n`)
}
