import { createHash, randomBytes } from 'node:crypto'
import { createMockProvider } from '@gatehouse/mock-provider'
import t from 'tap'
import { makeHolder } from '../src/holder.ts'
import { createLedger, hideCredentials, ledger, refuseLeaks, showJournals } from '../src/ledger.ts'
import { runCommand } from '../src/processes.ts'
import { startVault } from '../src/vault.ts'
import { API } from '../src/world.ts'

const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` })

t.test('nothing that a gateway process says holds a token, a secret, a key, a proof or a cookie', async t => {
  const vault = await startVault(t)
  const { ask, provider, url } = vault
  const main = provider.tenant('main')
  const mint = async (request = {}, tenant = 'main'): Promise<string> => {
    const given = { sub: 'alice', client_id: 'demo', scope: 'openid orders:read', audience: API, ...request }
    const { token } = await provider.tenant(tenant).mint(given)
    return token
  }
  const cookie = `session=${randomBytes(24).toString('base64url')}`
  const statuses: Record<string, Set<number>> = {}
  const say = async (path: string, headers: Readonly<Record<string, string>>): Promise<void> => {
    const place = path.split('/')[1] ?? ''
    statuses[place] ??= new Set()
    statuses[place].add(await ask(path, { cookie, ...headers }))
  }

  for (const format of ['jwt', 'opaque'] as const) {
    for (const place of [
      'orders',
      'minted',
      'exchanged',
      'forwarded',
      'own',
      'gone',
      'proved',
      'keyed',
      'lost',
      'bearer',
    ]) {
      const tenant = ['keyed', 'lost', 'bearer'].includes(place) ? place : 'main'
      const token = await mint({ format }, tenant)
      await say(`/${place}/1`, bearer(token))
      await say(`/${place}/1?access_token=${token}`, {})
      await say(`/${place}/..;/${token}`, bearer(token))
      await say(`/${place}/1`, { ...bearer(`${token}, Bearer ${token}`) })
    }
    await say('/orders/1', bearer(await mint({ format, lifetime: '1s', scope: 'another' })))
    const revoked = await mint({ format })
    provider.tenant('main').revoke({ token: revoked })
    await say('/orders/1', bearer(revoked))
  }
  for (const defect of ['expired', 'wrong_key', 'alg_none', 'unknown_kid', 'hs256_public_key', 'wrong_issuer']) {
    await say('/orders/1', bearer(await mint({ defect })))
  }
  await say('/hmac/1', bearer(await mint({}, 'hmac')))
  await say('/orders/1', {
    authorization: `Basic ${Buffer.from(`alice:${randomBytes(12).toString('hex')}`).toString('base64')}`,
  })

  const holder = await makeHolder()
  const bound = await mint({ claims: { cnf: { jkt: holder.thumbprint } } })
  const proof = holder.prove(`${url}/proved/1`, bound)
  for (const dpop of [proof, proof, holder.prove(`${url}/other`, bound), `${proof.slice(0, -8)}AAAAAAAA`]) {
    await say('/proved/1', { authorization: `DPoP ${bound}`, dpop })
  }

  main.faults.add({ endpoint: 'introspect', status: 500, body: await mint(), times: 1 })
  await say('/orders/1', bearer(await mint({ format: 'opaque' })))
  main.faults.add({ endpoint: 'introspect', reset: true, times: 1 })
  await say('/orders/1', bearer(await mint({ format: 'opaque' })))

  // Each of them has something to tell: a test of what fails early shows little.
  for (const place of ['orders', 'minted', 'exchanged', 'forwarded', 'own', 'proved', 'keyed']) {
    t.ok(statuses[place]?.has(200), `${place} was served`)
  }
  t.ok(statuses.gone?.has(502))
  t.ok(statuses.lost?.has(503))
  t.ok(statuses.orders?.has(503) && statuses.orders.has(401) && statuses.orders.has(403) && statuses.orders.has(400))

  for (const page of ['livez', 'readyz', 'metrics', 'none']) {
    ledger.show(page, await (await fetch(`${vault.admin}/${page}`)).text())
  }
  ledger.show('minting keys', await (await fetch(`${url}/.well-known/gatehouse/jwks.json`)).text())
  for (const args of [['check'], ['check', '--json']]) {
    const checked = runCommand(t, 'gatehouse', [...args, '-c', vault.file], { env: vault.env })
    t.equal(await checked.exit, 0)
    t.match(checked.output(), 'lost')
  }
  showJournals([provider, ...['main', 'keyed', 'lost', 'bearer', 'hmac'].map(name => provider.tenant(name))])

  t.ok(main.journal.list({ endpoint: 'introspect' }).length > 5)
  t.ok(ledger.size.secrets > 60, `${ledger.size.secrets} secrets`)
  vault.gatehouse.child.kill('SIGTERM')
  await vault.gatehouse.exit
  ledger.show('the log of the gateway', vault.gatehouse.output())
  t.match(vault.gatehouse.output(), /"level":30.*"code":"signature_invalid"/, 'there is a log to look through')
  t.same(ledger.leaks(), [])
})

t.test("the provider's journal has no code, cookie, assertion or verifier of a login either", async t => {
  const provider = createMockProvider({ seed: 'journal' })
  const { url, close } = await provider.listen({ port: 0 })
  t.teardown(close)
  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'demo',
    redirect_uri: 'http://127.0.0.1:1/callback',
    scope: 'openid offline_access',
    login_hint: 'alice',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const answer = await fetch(`${url}/authorize?${query}`, { redirect: 'manual' })
  const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const [cookie = ''] = answer.headers.getSetCookie().map(set => set.split(';', 1)[0])
  t.ok(code.length > 12 && cookie.length > 12)
  const form = {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: 'http://127.0.0.1:1/callback',
  }
  const post = async (body: Record<string, string>): Promise<Record<string, string>> => {
    const headers = { cookie, authorization: `Basic ${Buffer.from('demo:demo-secret').toString('base64')}` }
    const response = await fetch(`${url}/token`, { method: 'POST', headers, body: new URLSearchParams(body) })
    return (await response.json()) as Record<string, string>
  }
  const tokens = await post(form)
  t.ok(tokens.access_token && tokens.id_token && tokens.refresh_token)
  const secrets = [code, verifier, 'demo-secret', tokens.access_token, tokens.id_token, tokens.refresh_token]
  for (const secret of secrets) ledger.hide(secret ?? '')
  await post({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' })
  await fetch(`${url}/userinfo`, { headers: bearer(tokens.access_token ?? '') })
  await fetch(`${url}/logout?id_token_hint=${tokens.id_token}`, { headers: { cookie } })
  await fetch(`${url}/userinfo?access_token=${tokens.access_token}`)
  // Under names that nobody has heard of.
  await fetch(`${url}/userinfo?x=Bearer%20${tokens.access_token}`, {
    headers: { 'x-own': `Bearer ${tokens.id_token}` },
  })
  const journal = await (await fetch(`${url}/_mock/requests`)).text()
  t.match(journal, /"endpoint":"token"/)
  ledger.show('journal over HTTP', journal)
  t.same(ledger.leaks(), [])
})

t.test('a leak is found wherever it is planted, in each of its spellings', async t => {
  const token = `${'h'.repeat(20)}.${'p'.repeat(20)}.${'s'.repeat(20)}`
  const secret = 'a secret/with+reserved%characters'
  const plants: readonly (readonly [string, string])[] = [
    ['the whole token', `{"msg":"${token}"}`],
    ['its payload', `GET /x?t=${'p'.repeat(20)}`],
    ['its signature', 's'.repeat(20)],
    ['a secret', `client ${secret} refused`],
    ['a secret in a URL', `https://x/?s=${encodeURIComponent(secret)}`],
    ['a cookie', '"abcdefghijklmnop"'],
    ['Basic credentials', Buffer.from(`gateway:${encodeURIComponent(secret)}`).toString('base64')],
  ]
  for (const [name, text] of plants) {
    const own = createLedger()
    hideCredentials(own, 'Authorization', `Bearer ${token}`)
    hideCredentials(own, 'Cookie', 'a=1; session=abcdefghijklmnop')
    hideCredentials(
      own,
      'Authorization',
      `Basic ${Buffer.from(`gateway:${encodeURIComponent(secret)}`).toString('base64')}`,
    )
    own.show('log', 'nothing to see')
    t.same(own.leaks(), [], name)
    own.show('log', `before ${text} after`)
    t.equal(own.leaks()[0]?.place, 'log', name)
    t.throws(() => refuseLeaks(own), /secrets were shown/, name)
  }
})
