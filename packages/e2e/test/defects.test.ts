import {
  createMockProvider,
  DEFECTS,
  MISBEHAVIOURS,
  type Misbehaviour,
  type MockProvider,
} from '@gatehouse/mock-provider'
import { createVerifier, type Outcome, type Principal, type Verifier } from '@gatehouse/verifier'
import t from 'tap'

const ISSUER = 'https://login.example.com'
const NOON = 1_800_000_000
const REQUEST = { method: 'GET', url: '/orders' }

type Mode = 'jwt' | 'opaque' | 'both'

function newProvider(): MockProvider {
  const provider = createMockProvider({ seed: 'defects', issuer: ISSUER })
  provider.clock.set(NOON)
  return provider
}

/** The verifier in front of a provider, with nothing between them but the fetch handler. */
function newVerifier(provider: MockProvider, tokens: Mode, typ: 'any' | 'at+jwt' = 'any'): Verifier<'mock'> {
  return createVerifier(
    {
      issuers: {
        mock: {
          issuer: ISSUER,
          audience: ISSUER,
          tokens,
          typ,
          algorithms: ['RS256', 'RS512', 'PS512', 'ES256'],
          clockTolerance: '5s',
          revocation: { audience: 'demo' },
          ...(tokens === 'jwt' ? {} : { introspection: { client: { id: 'demo', secret: 'demo-secret' } } }),
        },
      },
    },
    { now: () => NOON as never, fetch: (url, { tls: _, ...init }) => provider.fetch(new Request(url, init)) },
  )
}

async function present(verifier: Verifier<'mock'>, token: string): Promise<string> {
  const inbound = { ...REQUEST, rawHeaders: ['Authorization', `Bearer ${token}`] }
  const outcome: Outcome<Principal<'mock'>> = await verifier.authenticate(inbound as never, verifier.policy({}))
  return outcome.ok ? 'accepted' : outcome.rejection.code
}

t.test('the verifier answers every defect of an access token with the code of its row', async t => {
  const provider = newProvider()
  const verifiers = {
    any: newVerifier(provider, 'jwt'),
    strict: newVerifier(provider, 'jwt', 'at+jwt'),
    both: newVerifier(provider, 'both'),
  }
  t.equal(await present(verifiers.strict, (await provider.mint()).token), 'accepted')
  for (const { name, kinds, answers, strict } of DEFECTS) {
    if (!kinds.includes('access')) continue
    const which = answers?.code === 'token_inactive' ? 'both' : strict === true ? 'strict' : 'any'
    const { token } = await provider.mint({ kind: 'access', scope: 'orders:read', defect: name })
    t.equal(await present(verifiers[which], token), answers?.code ?? 'accepted', name)
  }
})

t.test('the verifier answers every defect of an opaque access token with the code of its row', async t => {
  const provider = newProvider()
  const verifier = newVerifier(provider, 'opaque')
  for (const { name, opaque, answers } of DEFECTS) {
    if (opaque !== true) continue
    const { token } = await provider.mint({ kind: 'access', format: 'opaque', defect: name })
    // The provider itself calls what is over, or not begun, inactive.
    const expected = answers?.code.startsWith('token_') === true ? 'token_inactive' : answers?.code
    t.equal(await present(verifier, token), expected, name)
  }
})

// Providers of the drafts send no exp. Not to end a session is the worse mistake, and iat bounds the age of the token.
const WITHOUT_EXP = ['missing_exp', 'exp_null']

t.test('the verifier refuses every logout token with a defect, and ends what a good one names', async t => {
  const provider = newProvider()
  const verifier = newVerifier(provider, 'jwt')
  const { token } = await provider.mint({ kind: 'logout' })
  t.match(await verifier.revocations.acceptLogoutToken(token), { ok: true })
  for (const { name, kinds, allowed } of DEFECTS) {
    if (!kinds.includes('logout') || allowed !== undefined || WITHOUT_EXP.includes(name)) continue
    const { token } = await provider.mint({ kind: 'logout', defect: name })
    t.notOk((await verifier.revocations.acceptLogoutToken(token)).ok, name)
  }
})

const PLACES = ['discovery', 'jwks', 'introspect'] as const

const placesOf = ({ endpoints }: Misbehaviour) =>
  PLACES.filter(place => endpoints === 'any' || endpoints.includes(place))

t.test(
  'the verifier answers every misbehaviour of discovery, keys and introspection with the code of its row',
  async t => {
    for (const row of MISBEHAVIOURS) {
      for (const endpoint of placesOf(row)) {
        const provider = newProvider()
        const isAsked = endpoint === 'introspect' || row.name.includes('introspection')
        const verifier = newVerifier(provider, isAsked ? 'opaque' : 'jwt')
        const { token } = await provider.mint({ format: isAsked ? 'opaque' : 'jwt' })
        provider.faults.add({ endpoint, misbehaviour: row.name, trickle: 0 })
        t.equal(await present(verifier, token), row.answers?.code ?? 'accepted', `${endpoint} ${row.name}`)
        t.ok(
          provider.faults.list().some(({ hits }) => hits > 0),
          'it happened',
        )
      }
    }
  },
)
