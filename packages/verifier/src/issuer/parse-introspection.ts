import { isJsonObject } from '../json.ts'
import type { AnswerMatcher, IntrospectionClient, IntrospectionConfig } from './config.ts'
import { checkEndpoint } from './parse-keys.ts'
import type { Section } from './section.ts'

const SUPPORTED = ['client_secret_basic', 'client_secret_post', 'none'] as const
const LATER = ['client_secret_jwt', 'private_key_jwt', 'tls_client_auth', 'bearer'] as const
/** Members of `client` that only a method of `LATER` reads. */
const LATER_MEMBERS = ['key', 'cert', 'token', 'tokenEndpoint'] as const

/** RFC 7662 section 2.3: the endpoint could not tell who asks. */
const REFUSED_WHEN: readonly AnswerMatcher[] = [{ status: 401, member: undefined, equals: undefined }]

/** How the issuer is asked about tokens, checked, with the defaults of contract section 2. */
export function parseIntrospection(issuer: Section): IntrospectionConfig {
  const asked = issuer.section('introspection')
  const endpoint = asked.text('endpoint')
  checkEndpoint(issuer, asked, 'endpoint', endpoint)
  if (endpoint === undefined && !issuer.flag('discovery', true)) {
    asked.complain('endpoint', 'is required where nothing is discovered', 'an absolute https URL')
  }
  if (asked.raw('accept') === 'jwt') asked.complain('accept', 'is not supported yet', 'json')
  const method = asked.choice('method', ['POST', 'GET'], 'POST')
  const tokenIn = asked.choice('tokenIn', ['body', 'query'], method === 'GET' ? 'query' : 'body')
  if (method === 'GET' && tokenIn === 'body') asked.complain('tokenIn', 'can not be body with method GET', 'query')
  const cache = asked.section('cache')
  const entries = cache.raw('entries')
  return {
    endpoint,
    client: parseClient(asked),
    method,
    tokenIn,
    tokenParam: asked.text('tokenParam') ?? 'token',
    hint: asked.flag('hint', true),
    accept: 'json',
    activeWhen: asked.choice('activeWhen', ['active', 'noError', 'claims'], 'active'),
    inactiveWhen: parseMatchers(asked, 'inactiveWhen') ?? [],
    refusedWhen: parseMatchers(asked, 'refusedWhen') ?? REFUSED_WHEN,
    zeroExpMeansNone: asked.flag('zeroExpMeansNone', false),
    tokenType: asked.choice('tokenType', ['any', 'present'], 'any'),
    timeout: asked.seconds('timeout', 3, { least: 0.001, most: 60, say: '1ms to 60s' }),
    ttl: cache.seconds('ttl', 30, { least: 0, most: 86_400, say: '0s to 24h' }),
    negativeTtl: cache.seconds('negativeTtl', 5, { least: 0, most: 3600, say: '0s to 1h' }),
    entries: typeof entries === 'number' ? entries : 50_000,
    serveStale: asked.section('onOutage').seconds('serveStale', 0, { least: 0, most: 86_400, say: '0s to 24h' }),
  }
}

/** Whether introspection is meant. A preset knows the endpoint but not who asks, so it alone does not count. */
export function canAsk(issuer: Section): boolean {
  const client = issuer.section('introspection').section('client')
  if (client.raw('auth') === 'none' || client.has('id') || client.has('secret')) return true
  return issuer.has('introspection') && !issuer.has('preset')
}

function parseClient(asked: Section): IntrospectionClient {
  const none: IntrospectionClient = { auth: 'none', id: undefined }
  if (!asked.has('client')) {
    asked.complain(
      'client',
      'is required',
      '{ id, secret, auth }, or { auth: none } where the issuer wants no credentials',
    )
    return none
  }
  const client = asked.section('client')
  if ((LATER as readonly unknown[]).includes(client.raw('auth'))) {
    client.complain('auth', 'is not supported yet', SUPPORTED.join(', '))
    return none
  }
  const auth = client.choice('auth', SUPPORTED, 'client_secret_basic')
  for (const name of LATER_MEMBERS) {
    if (client.has(name)) client.complain(name, `has no meaning with auth: ${auth}`, 'id, secret, auth')
  }
  const id = client.text('id')
  if (auth === 'none') return { auth, id }
  for (const name of ['id', 'secret']) {
    if (!client.has(name)) client.complain(name, `is required with auth: ${auth}`, 'as registered at the issuer')
  }
  if (auth === 'client_secret_post' && asked.raw('method') === 'GET') {
    client.complain('auth', 'would put the secret in a URL with method GET', 'client_secret_basic or none')
  }
  if (asked.raw('basicEncoding') === 'raw' && auth === 'client_secret_basic' && id?.includes(':') === true) {
    client.complain(
      'id',
      'has a colon, which basicEncoding: raw can not carry',
      'an id without a colon, or basicEncoding: form',
    )
  }
  const credentials = { id: id ?? '', secret: client.text('secret') ?? '' }
  return auth === 'client_secret_post'
    ? { auth, ...credentials }
    : { auth, ...credentials, encoding: asked.choice('basicEncoding', ['form', 'raw'], 'form') }
}

function parseMatchers(asked: Section, name: string): readonly AnswerMatcher[] | undefined {
  return asked.list(name)?.map((entry, index) => {
    const { status, member, equals } = isJsonObject(entry) ? entry : {}
    if (equals !== undefined && member === undefined) {
      asked.section(name).complainAt(index, 'has equals without member', '{ status, member, equals }')
    }
    return {
      status: typeof status === 'number' ? status : undefined,
      member: typeof member === 'string' ? member : undefined,
      equals: typeof equals === 'object' && equals !== null ? undefined : equals,
    }
  })
}
