import fc from 'fast-check'
import t from 'tap'
import { findPreset } from '../../src/presets/index.ts'
import { basic, bearer, System } from './system.ts'

const SYSTEMS = ['serpense', 'genauth', 'code100', 'oidc-op', 'uaepass']
const NAMES = [
  'client_id',
  'client_secret',
  'token',
  'code',
  'redirect_uri',
  'grant_type',
  'scope',
  'id_token',
  'access_token',
]
const MORE = [
  'next',
  'prompt',
  'interaction',
  'token_type_hint',
  'code_challenge_method',
  'username',
  'sjwt',
  'resource',
]
const VALUES = [
  '',
  'demo',
  'demo-secret',
  'authorization_code',
  'refresh_token',
  'openid offline_access',
  'S512',
  '/login?x',
  '%',
]

const encoded = fc
  .array(
    fc.tuple(fc.constantFrom(...NAMES, ...MORE), fc.oneof(fc.constantFrom(...VALUES), fc.string({ unit: 'binary' }))),
  )
  .map(pairs => pairs.map(([name, value]) => `${name}=${value.replace(/[&#\s]/g, '')}`).join('&'))
const authorization = fc.constantFrom<Record<string, string>>(
  {},
  basic('demo', 'demo-secret'),
  basic('x', ''),
  bearer('x.y.z'),
  {
    authorization: 'Basic ###',
  },
)
const type = fc.constantFrom('application/x-www-form-urlencoded', 'application/json', 'multipart/form-data', '')

for (const name of SYSTEMS) {
  const system = new System(name)
  const paths = findPreset(name)?.layout.map(({ path }) => path) ?? []
  /** The system's own way of meeting what it does not expect. */
  const mayCrash = (path: string, status: number): boolean =>
    name === 'serpense' && status === 500 && path !== '/oauth/authorize'

  t.test(`${name} has an answer to everything`, async t => {
    const request = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'HEAD'),
      path: fc.constantFrom(...paths),
      query: encoded,
      body: encoded,
      authorization,
      type,
    })
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path, query, body, authorization, type }) => {
        const { status } = await system.ask(
          method,
          `${path}?${query}`,
          { ...authorization, 'content-type': type },
          body,
        )
        return (status >= 200 && status < 500) || mayCrash(path, status)
      }),
      { numRuns: 150, seed: 1 },
    )
    t.equal((await system.ask('GET', '/_mock/preset')).status, 200, 'and is still there')
  })
}
