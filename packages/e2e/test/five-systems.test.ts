import gateway from '@gatehouse/fastify-gateway'
import { createMockProvider, type MockProvider } from '@gatehouse/mock-provider'
import { recordingUpstream } from '@gatehouse/testkit'
import t, { type Test } from 'tap'
import { ledger, openApp, showJournals } from '../src/ledger.ts'

interface Pairing {
  /** What the preset calls itself, on both sides. */
  readonly preset: 'serpense' | 'genauth' | 'code100' | 'oidc-op' | 'uaepass'
  /** What is sent as the credential there. */
  readonly kind: 'access' | 'id'
  readonly scope: string
  /** What the user writes beyond URL and credentials. */
  readonly issuer: (url: string) => Readonly<Record<string, unknown>>
  readonly hasOpaque: boolean
}

/** Whatever the form of its tokens. */
const asksAlways = ({ preset }: Pairing): boolean => preset === 'serpense' || preset === 'uaepass'

const credentials = (id: string): object => ({ client: { id, secret: `${id}-secret` } })

const PAIRINGS: readonly Pairing[] = [
  {
    preset: 'serpense',
    kind: 'id',
    scope: 'email',
    issuer: url => ({ issuer: url, preset: 'serpense', audience: ['demo'] }),
    hasOpaque: false,
  },
  {
    preset: 'genauth',
    kind: 'access',
    scope: 'openid profile',
    issuer: url => ({
      issuer: `${url}/oidc`,
      preset: 'genauth',
      audience: 'unchecked',
      introspection: credentials('demo'),
    }),
    hasOpaque: true,
  },
  {
    preset: 'code100',
    kind: 'access',
    scope: 'openid demo-api',
    issuer: url => ({ issuer: url, preset: 'code100', audience: [url], introspection: credentials('demo-api') }),
    hasOpaque: true,
  },
  {
    preset: 'oidc-op',
    kind: 'access',
    scope: 'openid profile',
    issuer: url => ({ issuer: url, preset: 'oidc-op', audience: ['demo'], introspection: credentials('demo') }),
    hasOpaque: true,
  },
  {
    preset: 'uaepass',
    kind: 'access',
    scope: 'urn:uae:digitalid:profile:general',
    issuer: url => ({
      issuer: url,
      preset: 'uaepass',
      audience: 'unchecked',
      introspection: { ...credentials('demo'), endpoint: `${url}/idshub/introspect` },
    }),
    hasOpaque: true,
  },
]

async function startPair(t: Test, pairing: Pairing, more: Readonly<Record<string, unknown>> = {}) {
  const provider = createMockProvider({ preset: pairing.preset, seed: 'five' })
  const listening = await provider.listen({ port: 0 })
  const upstream = await recordingUpstream()
  const app = openApp(t)
  t.teardown(async () => {
    await Promise.all([listening.close(), upstream.close()])
    showJournals([provider])
  })
  await app.register(gateway, {
    issuers: { main: { ...pairing.issuer(listening.url), ...more } as never },
    upstreams: { orders: { url: upstream.url } },
    routes: [{ path: '/*', upstream: 'orders', auth: {} }],
  })
  const send = async (token: string): Promise<string> => {
    ledger.hide(token)
    const response = await app.inject({ url: '/orders/1', headers: { authorization: `Bearer ${token}` } })
    if (response.statusCode !== 200) ledger.show('answer', JSON.stringify(response.headers) + response.body)
    return response.statusCode === 200 ? 'accepted' : `${response.statusCode} ${response.json().code}`
  }
  const mint = async (from: MockProvider, request: object = {}): Promise<string> =>
    (await from.mint({ kind: pairing.kind, sub: 'alice', scope: pairing.scope, ...request })).token
  return { provider, url: listening.url, upstream, send, mint }
}

for (const pairing of PAIRINGS) {
  t.test(`${pairing.preset}: two lines beyond URL and credentials, and its tokens are judged rightly`, async t => {
    const { provider, url, upstream, send, mint } = await startPair(t, pairing)
    t.equal(await send(await mint(provider)), 'accepted')
    t.ok(upstream.seen[0]?.headers['x-gatehouse-subject'], 'the upstream learns who it is')
    if (pairing.hasOpaque) t.equal(await send(await mint(provider, { format: 'opaque' })), 'accepted')
    const reached = upstream.seen.length
    t.match(await send(await mint(provider, { defect: 'expired' })), /^401 token_(expired|inactive)$/)
    const stranger = createMockProvider({ preset: pairing.preset, seed: 'stranger', issuer: `${url}/else` })
    t.match(await send(await mint(stranger)), /^401 (key_unknown|token_inactive|signature_invalid|issuer_unknown)$/)
    t.match(await send('garbage'), /^401 token_inactive$/)
    t.equal(upstream.seen.length, reached)
  })

  // A JWT says nothing of its revocation: with the same two lines those tokens are meant that the system is asked about.
  const roads = { 'two lines': {}, ...(asksAlways(pairing) ? {} : { 'tokens: both': { tokens: 'both' } }) }
  for (const [lines, more] of Object.entries(roads)) {
    t.test(`${pairing.preset}: with ${lines} what is revoked is refused where the issuer is asked`, async t => {
      const { provider, send, mint } = await startPair(t, pairing, more)
      const format = lines === 'two lines' && pairing.hasOpaque ? { format: 'opaque' } : {}
      const token = await mint(provider, format)
      provider.revoke({ token })
      t.equal(await send(token), '401 token_inactive')
      t.equal(await send(await mint(provider, format)), 'accepted', 'and another of the same person is not')
    })
  }

  t.test(`${pairing.preset}: an outage is 503 and never a verdict`, async t => {
    const { provider, send, mint } = await startPair(
      t,
      pairing,
      pairing.preset === 'serpense' ? {} : { tokens: 'opaque' },
    )
    const endpoint = pairing.preset === 'serpense' ? 'validate' : 'introspect'
    provider.faults.add({ endpoint, status: 503 })
    t.equal(await send(await mint(provider)), '503 issuer_unavailable')
  })
}
