import t from 'tap'
import { testGates } from '../../src/gate.ts'
import { claimEverywhere, refuseTargets } from '../../src/surfaces.ts'

testGates(
  t,
  'a path that is another route once decoded is refused, whichever of the two asks for less',
  async (t, openGate) => {
    const gate = await openGate(options => ({
      ...options,
      routes: [
        ...options.routes,
        { path: '/v1/*', upstream: 'main', auth: { issuers: ['a'], scopes: ['read'] } },
        { path: '/v1/items:purge', upstream: 'main', auth: { issuers: ['a'], scopes: ['admin'] } },
        { path: '/v1/@root/*', upstream: 'main', auth: { issuers: ['a'], scopes: ['admin'] } },
        { path: '/v1/(open)/*', upstream: 'main', auth: 'public', opensProtected: true },
        { path: '/v1/tags/{tag}', upstream: 'main', auth: { issuers: ['a'], scopes: ['read'] } },
      ],
    }))
    const authorization = `Authorization: Bearer ${await gate.token()}`
    await refuseTargets(t, gate, [
      '/v1/items%3Apurge',
      '/v1/items%3apurge',
      '/v1/%40root/1',
      '/v1/%40%72oot/1',
      '/v1/%28open%29/1',
      '/v1/(open%29/1',
    ])
    t.equal((await gate.send('/v1/items:purge', [authorization])).code, 'scope_missing')
    t.equal((await gate.send('/v1/@root/1', [authorization])).code, 'scope_missing')
    t.equal(gate.upstream.seen.length, 0)
    for (const target of [
      '/v1/a%40b.example',
      '/v1/items%3Acount',
      '/v1/tags/%23news',
      '/v1/tags/what%3F',
      '/v1/tags/a%3Bb',
      '/v1/tags/100%25',
      '/v1/tags/%7Bx%7D',
    ]) {
      t.equal((await gate.send(target, [authorization])).status, 200, target)
      t.equal(gate.upstream.seen.at(-1)?.url, target, 'and is sent as it came')
    }
  },
)

testGates(
  t,
  'no header reaches the upstream that would have it take another method, path or host',
  async (t, openGate) => {
    const gate = await openGate()
    const names = [
      'X-HTTP-Method-Override',
      'X-HTTP-Method',
      'X_Method_Override',
      'X-Original-URL',
      'X_ORIGINAL_URL',
      'X-Rewrite-URL',
      'X-Original-Uri',
      'X-Original-Host',
      'X-Forwarded-Uri',
      'X-Forwarded-Host',
      'X-Host-Override',
    ]
    await claimEverywhere(
      t,
      gate,
      names.map(name => `${name}: mallory`),
    )
  },
)

testGates(t, 'no other spelling of what frames a message reaches the upstream', async (t, openGate) => {
  const gate = await openGate()
  const names = [
    'Content_Length',
    'Transfer_Encoding',
    'Transfer.Encoding',
    'Keep_Alive',
    'Proxy_Connection',
    'T-E',
    'H_ost',
  ]
  await claimEverywhere(
    t,
    gate,
    names.map(name => `${name}: chunked-mallory`),
  )
})

testGates(t, 'an absolute target is refused, whatever its length makes of a prefix', async (t, openGate) => {
  const gate = await openGate()
  await refuseTargets(t, gate, [
    'http://127.0.0.1/public/1',
    `http://127.0.0.1:${gate.port}/public/1`,
    'http:///public/1',
    'http://public/1',
    '/http://public/1',
  ])
})
