import { keyManagementOf, readPrivateKey } from '../client/private-key.ts'
import { isJsonObject } from '../json.ts'
import type { AnswerMatcher, DecryptionConfig, IntrospectionConfig } from './config.ts'
import { type ParsedClient, parseClient } from './parse-client.ts'
import { checkEndpoint } from './parse-keys.ts'
import type { Section } from './section.ts'

/** RFC 7662 section 2.3: the endpoint could not tell who asks. */
const REFUSED_WHEN: readonly AnswerMatcher[] = [{ status: 401, member: undefined, equals: undefined }]

export interface ParsedIntrospection {
  readonly introspection: IntrospectionConfig
  readonly grants: ParsedClient['grants']
}

/** How the issuer is asked about tokens, checked, with the defaults of contract section 2. `isAsked`: whether it ever is. */
export function parseIntrospection(issuer: Section, isAsked: boolean): ParsedIntrospection {
  const asked = issuer.section('introspection')
  const endpoint = asked.text('endpoint')
  checkEndpoint(issuer, asked, 'endpoint', endpoint)
  if (isAsked && endpoint === undefined && !issuer.flag('discovery', true)) {
    asked.complain('endpoint', 'is required where nothing is discovered', 'an absolute https URL')
  }
  const method = asked.choice('method', ['POST', 'GET'], 'POST')
  const tokenIn = asked.choice('tokenIn', ['body', 'query'], method === 'GET' ? 'query' : 'body')
  if (method === 'GET' && tokenIn === 'body') asked.complain('tokenIn', 'can not be body with method GET', 'query')
  const cache = asked.section('cache')
  const { asks: client, grants } = parseClient(issuer, asked)
  if (client.auth === 'tls_client_auth' && endpoint?.startsWith('http:') === true) {
    asked.complain('endpoint', 'is plain http, where no certificate is shown', 'an absolute https URL')
  }
  const introspection: IntrospectionConfig = {
    endpoint,
    client,
    method,
    tokenIn,
    tokenParam: asked.text('tokenParam') ?? 'token',
    hint: asked.flag('hint', true),
    ...parseAccept(asked, client.id),
    activeWhen: asked.choice('activeWhen', ['active', 'noError', 'claims'], 'active'),
    inactiveWhen: parseMatchers(asked, 'inactiveWhen') ?? [],
    refusedWhen: parseMatchers(asked, 'refusedWhen') ?? REFUSED_WHEN,
    zeroExpMeansNone: asked.flag('zeroExpMeansNone', false),
    tokenType: asked.choice('tokenType', ['any', 'present'], 'any'),
    timeout: asked.seconds('timeout', 3, { least: 0.001, most: 60, say: '1ms to 60s' }),
    maxInFlight: asked.whole('maxInFlight', 100),
    ttl: cache.seconds('ttl', 30, { least: 0, most: 86_400, say: '0s to 24h' }),
    negativeTtl: cache.seconds('negativeTtl', 5, { least: 0, most: 3600, say: '0s to 1h' }),
    entries: cache.whole('entries', 50_000),
    serveStale: asked.section('onOutage').seconds('serveStale', 0, { least: 0, most: 86_400, say: '0s to 24h' }),
  }
  return { introspection, grants }
}

/** Whether introspection is meant. A preset knows the endpoint but not who asks, so it alone does not count. */
export function canAsk(issuer: Section): boolean {
  const client = issuer.section('introspection').section('client')
  if (client.raw('auth') === 'none') return true
  if (['id', 'secret', 'token', 'key', 'cert'].some(name => client.has(name))) return true
  return issuer.has('introspection') && !issuer.has('preset')
}

/** RFC 9701: what answers look like, and to whom they must be. */
function parseAccept(
  asked: Section,
  clientId: string | undefined,
): Pick<IntrospectionConfig, 'accept' | 'answerAudience' | 'decryption'> {
  const accept = asked.choice('accept', ['json', 'jwt'], 'json')
  if (accept === 'json') {
    for (const name of ['answerAudience', 'decryption']) {
      if (asked.has(name)) asked.complain(name, 'has no meaning with accept: json', 'accept: jwt')
    }
    return { accept, answerAudience: undefined, decryption: undefined }
  }
  const answerAudience = asked.text('answerAudience') ?? (clientId === '' ? undefined : clientId)
  if (answerAudience === undefined && asked.has('client')) {
    asked.complain('answerAudience', 'is required where the client has no id', 'the aud of signed answers')
  }
  return { accept, answerAudience, decryption: asked.has('decryption') ? parseDecryption(asked) : undefined }
}

function parseDecryption(asked: Section): DecryptionConfig | undefined {
  const section = asked.section('decryption')
  const text = section.text('key')
  if (text === undefined) return undefined
  const read = readPrivateKey(text)
  const fit = read === undefined ? [] : keyManagementOf(read.key)
  if (read === undefined || fit.length === 0) {
    const allowed = 'a private JWK, or PEM: RSA from 2048 bits, P-256, P-384, P-521 or X25519, without a passphrase'
    section.complain('key', 'is not a usable private key', allowed)
    return undefined
  }
  const wanted = section.text('alg') ?? read.alg ?? fit[0]
  const alg = fit.find(name => name === wanted)
  if (alg === undefined) {
    section.complain(section.has('alg') ? 'alg' : 'key', 'does not fit the kind of the key', fit.join(', '))
    return undefined
  }
  return { key: read.key, alg, enc: section.text('enc') ?? 'A128CBC-HS256' }
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
