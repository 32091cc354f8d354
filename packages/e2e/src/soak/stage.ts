import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, PROGRAMS } from '../programs.ts'
import { type Control, createControl, TENANTS, type TenantName } from './control.ts'
import { CLOCK_TOLERANCE, COOLDOWN, JWKS_MAX_AGE, JWKS_TIMEOUT, VERDICT_TTL } from './facts.ts'
import { COLLECTS, type Owner, type Running, startProcess, untilAnswers } from './process.ts'
import { API } from './wallet.ts'

export interface Stage {
  readonly gateway: Running
  readonly origin: string
  readonly admin: string
}

export interface Provider {
  readonly running: Running
  readonly control: Control
  readonly port: number
}

export async function startProvider(owner: Owner, port?: number): Promise<Provider> {
  const own = port ?? (await freePort())
  const url = `http://127.0.0.1:${own}`
  const running = startProcess(owner, PROGRAMS['mock-oidc'], ['start', '--port', String(own), '--seed', 'soak'])
  await untilAnswers(`${url}/.well-known/openid-configuration`, running)
  return { running, control: createControl(url), port: own }
}

const KINDS: { readonly [T in TenantName]: object } = {
  main: { tokens: 'either' },
  both: { tokens: 'both' },
  stale: { tokens: 'opaque' },
  steady: { tokens: 'either' },
}

const issuer = (control: Control, tenant: TenantName): object => ({
  issuer: control.issuer(tenant),
  audience: [API],
  clockTolerance: `${CLOCK_TOLERANCE}s`,
  jwks: {
    maxAge: `${JWKS_MAX_AGE}s`,
    cooldown: `${COOLDOWN}s`,
    timeout: tenant === 'steady' ? '10s' : `${JWKS_TIMEOUT}s`,
  },
  introspection: {
    client: { id: 'gateway', secret: 'gateway-secret' },
    cache: { ttl: `${VERDICT_TTL}s`, negativeTtl: '1s' },
    timeout: tenant === 'steady' ? '10s' : '1s',
    ...(tenant === 'stale' ? { onOutage: { serveStale: '24h' } } : {}),
  },
  ...KINDS[tenant],
})

/** A gateway as a process, with a route for each tenant to the one upstream. */
export async function startGateway(
  owner: Owner,
  control: Control,
  upstream: string,
  { workers = 1, headersTimeout = '5s' } = {},
): Promise<Stage> {
  const [port, adminPort] = [await freePort(), await freePort()]
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-soak-'))
  owner.teardown(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'gatehouse.json')
  const configuration = {
    // A machine that is busy with other things is not the gateway's overload.
    server: { port, workers, limits: { eventLoopDelay: '0s' } },
    admin: { port: adminPort },
    issuers: Object.fromEntries(TENANTS.map(tenant => [tenant, issuer(control, tenant)])),
    upstreams: { orders: { url: upstream, headersTimeout, connectTimeout: '5s' } },
    routes: TENANTS.map(tenant => ({
      path: `/${tenant}`,
      upstream: 'orders',
      auth: { issuers: [tenant], scopes: ['orders:read'] },
    })),
  }
  await writeFile(file, JSON.stringify(configuration))
  const gateway = startProcess(owner, workers === 1 ? [...COLLECTS, ...PROGRAMS.gatehouse] : PROGRAMS.gatehouse, [
    'run',
    '-c',
    file,
  ])
  const origin = `http://127.0.0.1:${port}`
  const admin = `http://127.0.0.1:${adminPort}`
  await untilAnswers(`${origin}/nowhere`, gateway)
  await untilAnswers(`${admin}/readyz`, gateway)
  return { gateway, origin, admin }
}
