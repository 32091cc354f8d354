import { readFileSync } from 'node:fs'
import t from 'tap'
import {
  createVerifier,
  type Outcome,
  type Principal,
  REJECTIONS,
  type Rejection,
  type Verifier,
} from '../src/index.ts'

const OPTIONS = { issuer: 'https://login.example.com', audience: 'https://api.example.com' }

/** Compiles only where both types are one. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
const holds = <T extends true>(value: T): T => value

t.test('the names of the issuers are part of the type of the verifier', async t => {
  const verifier = createVerifier({
    issuers: { main: OPTIONS, other: { ...OPTIONS, issuer: 'https://other.example' } },
  })
  t.ok(holds<Same<typeof verifier, Verifier<'main' | 'other'>>>(true))
  t.strictSame(verifier.policy({ issuers: ['other'] }).issuers, ['other'])
  // @ts-expect-error A misspelt name does not compile, and is refused where nobody compiles.
  t.throws(() => verifier.policy({ issuers: ['mian'] }), { name: 'ConfigurationError' })
})

t.test('a principal can be received and not made', async t => {
  const { policy, authenticate } = createVerifier({ issuers: { main: OPTIONS } })
  type Answer = ReturnType<typeof authenticate>
  t.ok(holds<Same<Answer, Outcome<Principal<'main'>> | Promise<Outcome<Principal<'main'>>>>>(true))
  // @ts-expect-error The mark of a principal has no name outside the verifier.
  const forged: Principal = { source: 'jwt', issuerName: 'main' }
  t.ok(forged)
  t.type(policy, 'function')
})

t.test('the code of a rejection tells which details it has', async t => {
  const detailOf = (rejection: Rejection): number => {
    if (rejection.code === 'issuer_unavailable') return rejection.detail.retryAfter
    if (rejection.code === 'scope_missing') return rejection.detail.scopes.length
    // @ts-expect-error Other codes have no time to wait.
    return rejection.detail?.retryAfter ?? 0
  }
  t.equal(detailOf({ code: 'issuer_unavailable', detail: { retryAfter: 3 } }), 3)
  t.equal(detailOf({ code: 'scope_missing', detail: { scopes: ['a', 'b'] } }), 2)
  t.equal(detailOf({ code: 'token_expired' }), 0)
})

t.test('the table of refusals says one sentence for each code, and 5xx only where nobody could say', async t => {
  for (const [code, { status, error, say }] of Object.entries(REJECTIONS)) {
    t.match(say, /^[A-Z][^.]+$/, code)
    t.equal(status === 503, code === 'issuer_unavailable')
    t.equal(error === null, code === 'issuer_unavailable' || code === 'credential_missing')
  }
})

t.test('the start in the README is code that compiles', async t => {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
  t.ok(read('../README.md').includes(`\`\`\`ts\n${read('readme-start.ts')}\`\`\``))
})
