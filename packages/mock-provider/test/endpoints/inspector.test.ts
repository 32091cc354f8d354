import { readdirSync } from 'node:fs'
import t from 'tap'
import { SCRIPTS } from '../../src/ui/inspector/scripts.ts'
import { ORIGIN, openPlane } from './plane.ts'

const asPage = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } }

t.test('a browser gets the inspector of the tenant it asks, a program the list of calls', async t => {
  const { provider, ask } = openPlane()
  for (const path of ['/_mock', '/_mock/', '/team/a/_mock/']) {
    const page = await provider.fetch(new Request(`${ORIGIN}${path}`, asPage))
    const html = await page.text()
    t.match(page.headers.get('content-type'), 'text/html', path)
    t.match(html, `data-plane="${path.replace(/\/$/, '')}"`)
    t.match(html, 'This is a mock provider')
    t.notMatch(html, /(?:src|href)="https?:/, 'nothing comes from elsewhere')
    const policy = page.headers.get('content-security-policy') ?? ''
    t.match(policy, "default-src 'none'")
    t.notMatch(policy, 'unsafe')
    t.equal((await ask('GET', path)).headers.get('content-type'), 'application/json')
  }
})

t.test('a name in the path can not become markup in the page', async t => {
  const { provider } = openPlane()
  const page = await provider.fetch(new Request(`${ORIGIN}/a'onload='x/_mock/`, asPage))
  t.notMatch(await page.text(), "'onload='")
})

t.test('the inspector serves each of its files and no other', async t => {
  const { provider, ask } = openPlane()
  const folder = new URL('../../src/ui/inspector/browser/', import.meta.url)
  t.strictSame([...SCRIPTS].sort(), readdirSync(folder).sort())
  for (const name of SCRIPTS) {
    const file = await provider.fetch(new Request(`${ORIGIN}/_mock/inspector/${name}`))
    t.match(file.headers.get('content-type'), 'text/javascript', name)
  }
  t.match(
    (await provider.fetch(new Request(`${ORIGIN}/_mock/inspector/style.css`))).headers.get('content-type'),
    'text/css',
  )
  for (const name of ['..%2Fscripts.ts', 'main.ts', 'main.js%00']) {
    t.equal((await ask('GET', `/_mock/inspector/${name}`)).status, 404, name)
  }
  t.equal((await ask('POST', '/_mock/inspector/main.js')).status, 404)
})

t.test('tenants are listed as they are made, whichever of them is asked', async t => {
  const { provider, ask } = openPlane()
  provider.tenant('/a').faults.add({ status: 503 })
  await ask('PUT', '/b/_mock/preset', { name: 'genauth' })
  const { body } = await ask('GET', '/a/_mock/tenants')
  t.match(body, [
    { prefix: '', issuer: ORIGIN, preset: null, users: 2, clients: 2, faults: 0, frozen: false },
    { prefix: '/a', issuer: `${ORIGIN}/a`, faults: 1 },
    { prefix: '/b', preset: 'genauth' },
  ])
})

t.test('the journal gives its newest requests only, where a limit says so', async t => {
  const { provider, ask } = openPlane()
  for (let count = 0; count < 3; count++) await provider.fetch(new Request(`${ORIGIN}/jwks`))
  const { body } = await ask('GET', '/_mock/requests?limit=2&endpoint=jwks')
  t.strictSame(
    body.map(({ number }: { number: number }) => number),
    [2, 3],
  )
  t.match((await ask('GET', '/_mock/requests?limit=0')).body, { error: 'invalid_request' })
})

t.test('a verification says of a token what holds and what does not', async t => {
  const { provider, ask } = openPlane()
  const judge = async (token: string) => {
    const { body } = await ask('POST', '/_mock/verifications', { token })
    const checks: { name: string; ok: boolean | null }[] = body.checks
    return { active: body.active, ...Object.fromEntries(checks.map(({ name, ok }) => [name, ok])) }
  }
  const good = { form: true, signature: true, key: true, issuer: true, time: true, state: true, active: true }
  const { token } = await provider.mint({})
  t.strictSame(await judge(token), good)
  t.match(await judge((await provider.mint({ alg: 'HS256' })).token), { ...good, key: null })
  t.match(await judge((await provider.mint({ kind: 'id' })).token), { signature: true, state: null, active: false })
  t.match(await judge((await provider.mint({ defect: 'expired' })).token), {
    signature: true,
    time: false,
    state: false,
  })
  t.match(await judge((await provider.mint({ defect: 'wrong_issuer' })).token), { issuer: false, active: false })
  t.match(await judge((await provider.mint({ defect: 'alg_none' })).token), { signature: false, active: false })
  t.match(await judge((await provider.mint({ format: 'opaque' })).token), { form: null, state: true, active: true })
  t.match(await judge((await provider.mint({ kind: 'refresh' })).token), { form: null, state: true, active: true })
  t.strictSame(await judge('a.b.c'), { form: false, state: false, active: false })
  t.match(await judge('a.b.c.d.e'), { form: null, active: false })
  provider.keys.rotate({ retireOld: true })
  t.match(await judge(token), { signature: true, key: false })
  t.equal((await ask('POST', '/_mock/verifications', {})).status, 400)
})
