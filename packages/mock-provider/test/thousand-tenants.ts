import { createMockProvider, type MockProvider } from '../src/index.ts'
import { CALLBACK, ORIGIN } from './journey.ts'

// Prints what a thousand tenants cost, in bytes, for a test that runs this with --expose-gc and nothing else in the process.
const collect = globalThis.gc ?? (() => {})
const COUNT = 1000
const provider = createMockProvider({ issuer: ORIGIN })
const names = Array.from({ length: COUNT }, (_, index) => `/t${index}`)

async function logInAndRefresh(provider: MockProvider, tenant: string): Promise<void> {
  const post = async (form: Record<string, string>) => {
    const body = new URLSearchParams({ client_id: 'demo', client_secret: 'demo-secret', ...form })
    const response = await provider.fetch(new Request(`${ORIGIN}${tenant}/token`, { method: 'POST', body }))
    return (await response.json()) as { access_token: string; refresh_token: string }
  }
  const asked = {
    client_id: 'demo',
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: 'openid',
    login_hint: 'alice',
  }
  const answer = await provider.fetch(new Request(`${ORIGIN}${tenant}/authorize?${new URLSearchParams(asked)}`))
  const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const { refresh_token } = await post({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK })
  const { access_token } = await post({ grant_type: 'refresh_token', refresh_token })
  if (access_token === undefined) throw new Error(`${tenant} issued no token`)
}

async function heap(): Promise<number> {
  for (let time = 0; time < 3; time++) {
    await new Promise(resolve => setImmediate(resolve))
    collect()
  }
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
}

// One of everything first, so that what is made once is not counted.
await logInAndRefresh(provider, '/first')
provider.drop('/first')
const empty = await heap()
const before = process.memoryUsage().rss
for (const name of names) await logInAndRefresh(provider, name)
const resident = process.memoryUsage().rss - before
const full = await heap()
for (const name of names) provider.tenant(name).reset()
const reset = await heap()
for (const name of names) provider.drop(name)
const dropped = await heap()
process.stdout.write(JSON.stringify({ resident, full: full - empty, reset: reset - empty, dropped: dropped - empty }))
