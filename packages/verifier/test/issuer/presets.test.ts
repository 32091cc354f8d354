import t from 'tap'
import { applyPreset, PRESETS } from '../../src/issuer/presets.ts'
import type { IssuerOptions, PresetName } from '../../src/options.ts'

const apply = (preset: PresetName, over: Partial<IssuerOptions> = {}): IssuerOptions =>
  applyPreset({ issuer: 'https://id.example.com/oidc', audience: 'unchecked', preset, ...over })

t.test('serpense asks tokeninfo by GET without credentials and reads the absence of error', async t => {
  t.same(apply('serpense'), {
    issuer: 'https://id.example.com/oidc',
    audience: 'unchecked',
    preset: 'serpense',
    tokens: 'opaque',
    discovery: false,
    scopeSeparator: 'comma',
    introspection: {
      endpoint: 'https://id.example.com/oidc/oauth/tokeninfo',
      client: { auth: 'none' },
      method: 'GET',
      tokenIn: 'query',
      tokenParam: 'id_token',
      hint: false,
      activeWhen: 'noError',
      inactiveWhen: [{ status: 500 }],
    },
  })
})

t.test('genauth posts its credentials, sends no hint and knows refresh tokens by what they lack', async t => {
  t.match(apply('genauth'), {
    jwks: { uri: 'https://id.example.com/oidc/.well-known/jwks.json' },
    introspection: {
      endpoint: 'https://id.example.com/oidc/token/introspection',
      client: { auth: 'client_secret_post' },
      hint: false,
      tokenType: 'present',
      basicEncoding: 'raw',
    },
  })
})

t.test('code100 posts the credentials of the API connection', async t => {
  t.match(apply('code100', { issuer: 'https://mysub.grantid.com/' }), {
    issuer: 'https://mysub.grantid.com/',
    jwks: { uri: 'https://mysub.grantid.com/.well-known/openid-configuration/jwks' },
    introspection: {
      endpoint: 'https://mysub.grantid.com/connect/introspect',
      client: { auth: 'client_secret_post' },
      hint: true,
    },
  })
})

t.test('oidc-op tells an expired token from wrong credentials by the description', async t => {
  t.match(apply('oidc-op').introspection, {
    endpoint: 'https://id.example.com/oidc/introspection',
    inactiveWhen: [{ status: 400, member: 'error_description', equals: 'Token has expired' }],
    refusedWhen: [{ status: 400, member: 'error_description', equals: 'Authorization failed' }, { status: 401 }],
    zeroExpMeansNone: true,
    tokenType: 'present',
  })
})

t.test('uaepass reads 400 as inactive and leaves its endpoint to be written', async t => {
  const options = apply('uaepass')
  t.match(options, { tokens: 'opaque', discovery: false, introspection: { inactiveWhen: [{ status: 400 }] } })
  t.notOk('endpoint' in (options.introspection ?? {}))
})

t.test('an alias is the system it stands for', async t => {
  const aliases = { magen: 'serpense', authing: 'genauth', grantid: 'code100', vnpass: 'uaepass' } as const
  for (const [alias, system] of Object.entries(aliases)) {
    t.same({ ...apply(alias as PresetName), preset: null }, { ...apply(system), preset: null })
  }
  t.equal(Object.keys(PRESETS).length, 9)
})

t.test('what is written wins, member by member, null included, and lists whole', async t => {
  const options = apply('oidc-op', {
    tokens: 'both',
    jwks: { uri: null, maxAge: '1m' },
    introspection: {
      client: { id: 'gateway', secret: 's' },
      inactiveWhen: [],
      tokenType: 'any',
    },
  })
  t.match(options, {
    tokens: 'both',
    jwks: { uri: null, maxAge: '1m' },
    introspection: {
      endpoint: 'https://id.example.com/oidc/introspection',
      client: { auth: 'client_secret_basic', id: 'gateway', secret: 's' },
      inactiveWhen: [],
      tokenType: 'any',
      zeroExpMeansNone: true,
    },
  })
})

t.test('a member that is undefined is not written', async t => {
  const options = {
    issuer: 'https://x.example.com',
    audience: 'unchecked',
    preset: 'serpense',
    tokens: undefined,
    typ: undefined,
  }
  const applied = applyPreset(options as unknown as IssuerOptions)
  t.equal(applied.tokens, 'opaque')
  t.notOk('typ' in applied)
})

t.test('a secret or keys written out take the place of the preset’s jwks', async t => {
  t.notOk('jwks' in apply('genauth', { secret: 'app secret' }))
  t.same(apply('genauth', { jwks: { keys: [] } }).jwks, { keys: [] })
  t.ok(apply('genauth', { secret: null }).jwks)
})

t.test('an issuer whose text is a replacement pattern is taken literally', async t => {
  t.match(apply('code100', { issuer: 'https://x.example.com/$&' }).introspection, {
    endpoint: 'https://x.example.com/$&/connect/introspect',
  })
})

t.test('without a preset, or with one that does not exist, nothing changes', async t => {
  for (const preset of [null, undefined, 'nope', 'toString', 7]) {
    const options = { issuer: 'https://x.example.com', audience: [], preset } as unknown as IssuerOptions
    t.equal(applyPreset(options), options)
  }
  const nameless = { preset: 'serpense' } as unknown as IssuerOptions
  t.equal(applyPreset(nameless), nameless)
})

t.test('options of a wrong shape pass through for the schema to judge', async t => {
  const options = {
    issuer: 'https://x.example.com',
    preset: 'serpense',
    introspection: 'yes',
  } as unknown as IssuerOptions
  t.equal(applyPreset(options).introspection, 'yes')
})
