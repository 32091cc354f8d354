import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordingUpstream } from '@gatehouse/testkit'
import t, { type Test } from 'tap'
import { freePort, runCommand, untilAnswers } from '../src/processes.ts'
import { refusal } from '../src/world.ts'

async function startMock(t: Test, ...flags: string[]): Promise<string> {
  const port = await freePort()
  const running = runCommand(t, 'mock-oidc', ['start', '--port', String(port), ...flags])
  const url = `http://127.0.0.1:${port}`
  await untilAnswers(`${url}/.well-known/openid-configuration`, running)
  return url
}

async function command(
  t: Test,
  name: 'gatehouse' | 'mock-oidc',
  ...args: string[]
): Promise<{ code: number | string; out: string }> {
  const running = runCommand(t, name, args)
  const code = await running.exit
  return { code, out: running.output() }
}

t.test('the two commands together: tokens from the shell, accepted and refused by the gateway', async t => {
  const issuer = await startMock(t, '--seed', 'apps')
  const upstream = await recordingUpstream()
  t.teardown(() => upstream.close())
  const [port, adminPort] = [await freePort(), await freePort()]
  const file = join(await mkdtemp(join(tmpdir(), 'gatehouse-')), 'gatehouse.yaml')
  await writeFile(
    file,
    `
server: { port: ${port}, shutdownGrace: 2s }
admin: { port: ${adminPort} }
issuers:
  main:
    issuer: ${issuer}
    audience: [https://api.example.com]
    introspection: { client: { id: gateway, secret: gateway-secret } }
upstreams: { orders: { url: "${upstream.url}" } }
routes:
  - { path: /orders/*, upstream: orders, auth: { scopes: [orders:read] } }
`,
  )
  const gatehouse = runCommand(t, 'gatehouse', ['run', '-c', file])
  await untilAnswers(`http://127.0.0.1:${adminPort}/readyz`, gatehouse)
  const get = (token: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/orders/1`, { headers: { authorization: `Bearer ${token}` } })
  const mint = async (...flags: string[]): Promise<string> => {
    const { code, out } = await command(
      t,
      'mock-oidc',
      'token',
      '--url',
      issuer,
      '--sub',
      'alice',
      '--audience',
      'https://api.example.com',
      ...flags,
    )
    t.equal(code, 0, out)
    t.match(out, /^\S+\n?$/, 'a token and nothing else')
    return out.trim()
  }

  const jwt = await mint('--scope', 'orders:read')
  const opaque = await mint('--scope', 'orders:read', '--opaque')
  t.equal((await get(jwt)).status, 200)
  t.equal((await get(opaque)).status, 200)
  t.equal(upstream.seen.length, 2)
  t.same(await refusal(await get(await mint('--scope', 'orders:write'))), { status: 403, code: 'scope_missing' })
  t.same(await refusal(await get(await mint('--scope', 'orders:read', '--defect', 'expired'))), {
    status: 401,
    code: 'token_expired',
  })
  t.equal(upstream.seen.length, 2)

  gatehouse.child.kill('SIGTERM')
  t.equal(await gatehouse.exit, 0)
  const log = gatehouse.output()
  const lines = log
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { msg?: string; url?: string })
  t.equal(lines.find(line => line.msg === 'listening')?.url, `http://127.0.0.1:${port}`)
  for (const secret of [jwt, opaque, 'gateway-secret'])
    t.notOk(log.includes(secret), 'no token and no secret in the log')
})

t.test('one seed and the same requests give the same bytes in two processes', async t => {
  const basic = `Basic ${Buffer.from('demo:demo-secret').toString('base64')}`
  const journey = async (): Promise<string[]> => {
    const url = await startMock(t, '--seed', 'a', '--issuer', 'http://127.0.0.1:4010')
    const bodies: string[] = []
    const call = async (path: string, init?: RequestInit): Promise<void> => {
      bodies.push(await (await fetch(`${url}${path}`, init)).text())
    }
    const post = (body: object): RequestInit => ({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    await call('/_mock/clock', post({ now: 1_800_000_000 }))
    await call('/_mock/clock', post({ freeze: true }))
    await call('/.well-known/openid-configuration')
    await call('/jwks')
    for (const alg of ['RS256', 'EdDSA', 'HS256', 'ES256']) {
      await call('/_mock/tokens', post({ kind: 'access', sub: 'alice', client_id: 'demo', scope: 'a b', alg }))
    }
    await call('/_mock/tokens', post({ kind: 'access', format: 'opaque', sub: 'alice' }))
    await call('/token', {
      method: 'POST',
      headers: { authorization: basic, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials',
    })
    return bodies
  }
  const [first, second] = await Promise.all([journey(), journey()])
  t.same(first, second)
  t.ok(
    first.every(body => body.length > 2 && !body.includes('"error"')),
    'nothing in the journey was refused',
  )
})
