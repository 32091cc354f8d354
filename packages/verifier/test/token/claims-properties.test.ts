import type { JsonObject, JsonValue } from '@gatehouse/protocol'
import fc from 'fast-check'
import t from 'tap'
import { createVerifier, type Inbound } from '../../src/index.ts'
import { API, ISSUER, NOW, playPorts } from '../configs.ts'
import { KEY, signed } from '../fuzz/scene/issuer.ts'

const { ports } = playPorts(() => Response.error())
const verifier = createVerifier(
  {
    issuers: {
      main: { issuer: ISSUER, audience: API, algorithms: ['EdDSA'], tokens: 'jwt', jwks: { keys: [KEY.jwk] } },
    },
  },
  ports,
)
const policy = verifier.policy({ scopes: ['read'], clients: ['web'] })

const TOLERANCE = 5
const ABSENT = Symbol('absent')
type Maybe = JsonValue | typeof ABSENT

const time = fc.oneof(
  fc.integer({ min: NOW - 200, max: NOW + 200 }),
  fc.constantFrom<Maybe>(
    ABSENT,
    null,
    0,
    -1,
    1e308,
    NOW + 0.5,
    String(NOW + 100),
    '',
    true,
    [NOW + 100],
    {},
    253402300799,
  ),
)
const name = fc.constantFrom<Maybe>(ABSENT, null, 'alice', '', ' ', 7, true, ['alice'], {}, 'web')
const scope = fc.constantFrom<Maybe>(
  ABSENT,
  null,
  'read',
  'write read',
  ' read  write ',
  'readwrite',
  ['read'],
  ['a read'],
  ['a', 7],
  7,
  {},
  '',
)
const audience = fc.constantFrom<Maybe>(
  ABSENT,
  null,
  API,
  [API],
  ['x', API],
  `${API}/`,
  [],
  'x',
  [[API]],
  { [API]: 1 },
  API.toUpperCase(),
)
const cnf = fc.constantFrom<Maybe>(
  ABSENT,
  ABSENT,
  ABSENT,
  ABSENT,
  null,
  {},
  { kid: 'x' },
  { jkt: 'short' },
  { jkt: 'A'.repeat(43) },
  'x',
  { 'x5t#S256': null },
)
const typ = fc.constantFrom<Maybe>(
  ABSENT,
  'JWT',
  'at+jwt',
  'AT+JWT',
  'application/at+jwt',
  'logout+jwt',
  'dpop+jwt',
  'id+jwt',
  'x',
)

const claimsOf = (members: Readonly<Record<string, Maybe>>): JsonObject =>
  Object.fromEntries(Object.entries(members).filter((entry): entry is [string, JsonValue] => entry[1] !== ABSENT))

const candidate = fc.record({
  typ,
  iss: fc.constantFrom<Maybe>(ISSUER, ISSUER, ISSUER, ISSUER, `${ISSUER}/`, ABSENT, null, [ISSUER]),
  aud: audience,
  exp: time,
  nbf: fc.oneof({ weight: 3, arbitrary: fc.constant<Maybe>(ABSENT) }, time),
  iat: fc.oneof({ weight: 3, arbitrary: fc.constant<Maybe>(ABSENT) }, time),
  sub: name,
  client_id: name,
  azp: fc.oneof({ weight: 3, arbitrary: fc.constant<Maybe>(ABSENT) }, name),
  scope,
  scp: fc.oneof({ weight: 3, arbitrary: fc.constant<Maybe>(ABSENT) }, scope),
  cnf,
})
type Candidate = typeof candidate extends fc.Arbitrary<infer T> ? T : never

const absent = (value: Maybe): boolean => value === ABSENT || value === null
const texts = (value: Maybe): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string')
const numeric = (value: Maybe): value is number => typeof value === 'number'
const named = (value: Maybe): value is string => typeof value === 'string' && value.trim() !== ''

/** The rules once more, in other words and with nothing of the code under test. */
function mayPass(said: Candidate): boolean {
  const { iss, aud, exp, nbf, iat, sub, client_id: client, azp } = said
  const isTimely =
    numeric(exp) &&
    NOW < exp + TOLERANCE &&
    (absent(nbf) || (numeric(nbf) && NOW >= nbf - TOLERANCE)) &&
    (absent(iat) || (numeric(iat) && NOW >= iat - 60))
  const isTyped = said.typ === ABSENT || /^(?:jwt|(?:application\/)?at\+jwt)$/i.test(String(said.typ))
  // What proves a key of an unknown kind is not known either.
  const isUnbound = absent(said.cnf)
  // A scope that is neither a text nor a list says nothing, and `scp` is asked instead.
  const scopes = [said.scope, said.scp].find(value => typeof value === 'string' || Array.isArray(value)) ?? ABSENT
  const who = named(client) ? client : azp
  return (
    iss === ISSUER &&
    texts(aud).includes(API) &&
    isTimely &&
    isTyped &&
    isUnbound &&
    (absent(sub) || typeof sub === 'string') &&
    texts(scopes).some(text => text.split(' ').includes('read')) &&
    who === 'web'
  )
}

const ask = ({ typ: kind, ...members }: Candidate) => {
  const token = signed(claimsOf(members), claimsOf({ typ: kind }))
  const inbound: Inbound = { method: 'GET', target: '/', rawHeaders: ['Authorization', `Bearer ${token}`] }
  return verifier.authenticate(inbound, policy)
}

t.test('a signed token passes exactly where the rules say so, whatever its claims are', async t => {
  const count = { passed: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(candidate, async said => {
      const outcome = await ask(said)
      const wanted = mayPass(said)
      count[wanted ? 'passed' : 'refused'] += 1
      if (outcome.ok !== wanted) throw new Error(outcome.ok ? 'let in' : `refused: ${outcome.rejection.code}`)
    }),
    { numRuns: 3000 },
  )
  t.ok(count.refused > 1000)
})

t.test('one thing wrong is enough to be refused, and nothing wrong is enough to pass', async t => {
  const good: Candidate = {
    ...{ typ: 'at+jwt', iss: ISSUER, aud: [API], exp: NOW + 60, nbf: ABSENT, iat: NOW, sub: 'alice' },
    ...{ client_id: 'web', azp: ABSENT, scope: 'read', scp: ABSENT, cnf: ABSENT },
  }
  t.equal((await ask(good)).ok, true)
  let passed = 0
  await fc.assert(
    fc.asyncProperty(
      candidate,
      fc.constantFrom(...(Object.keys(good) as (keyof Candidate)[])),
      async (other, member) => {
        const said = { ...good, [member]: other[member] }
        const { ok } = await ask(said)
        passed += ok ? 1 : 0
        if (ok !== mayPass(said)) throw new Error(`${member} ${ok ? 'let in' : 'refused'}`)
      },
    ),
    { numRuns: 2000 },
  )
  t.ok(passed > 200, 'many of them pass')
})
