import assert from 'node:assert/strict'
import { ConnectionReset, toResponse } from '../../src/adapters/fetch.ts'
import type { EndpointName } from '../../src/engine/endpoint-names.ts'
import { PAGE_LAYOUT, STANDARD_LAYOUT } from '../../src/http/layout.ts'
import type { MockProvider } from '../../src/index.ts'
import { findMisbehaviour } from '../../src/misbehaviours/index.ts'
import { ORIGIN } from '../journey.ts'
import { ask, FORM, makeProvider } from './scene/provider.ts'

const KEYS = makeProvider().keys.list().length

/** Method and path below `/_mock` on a line, then JSON: one call a block, up to four, and blocks end with an empty line. */
export async function fuzz(input: Buffer): Promise<void> {
  const provider = makeProvider()
  const blocks = input.toString('latin1').split('\n\n').slice(0, 4)
  for (const block of blocks) {
    const [line = '', ...body] = block.split('\n')
    const [method = '', path = ''] = line.split(' ')
    const headers = { 'content-type': 'application/json' }
    await ask(provider, { method, target: `/_mock/${path}`, headers, body: body.join('\n') })
  }
  // Whatever was scripted, it can be met where it was scripted for, and the journal can be read after it.
  const met = provider.faults.list().map(({ endpoint, misbehaviour = '' }) => endpoint ?? placeOf(misbehaviour))
  // The keys are dear to make: they are looked at where another one has joined them.
  const isRotated = input.includes('rotate') && provider.keys.list().length > KEYS
  for (const endpoint of new Set<EndpointName>(['discovery', ...(isRotated ? (['jwks'] as const) : []), ...met])) {
    await meet(provider, endpoint)
  }
  await ask(provider, { method: 'GET', target: '/_mock/requests' })
}

/** Where a misbehaviour is met first. */
function placeOf(misbehaviour: string): EndpointName {
  const { endpoints = 'any' } = findMisbehaviour(misbehaviour) ?? {}
  return (endpoints === 'any' ? undefined : endpoints[0]) ?? 'discovery'
}

const PATHS = { ...STANDARD_LAYOUT, ...PAGE_LAYOUT }
const READ: ReadonlySet<EndpointName> = new Set(['discovery', 'jwks', 'authorize', 'userinfo', 'device_verification'])
/** Something that most endpoints take. */
const PARAMETERS = new URLSearchParams({
  ...{ client_id: 'demo', client_secret: 'demo-secret', grant_type: 'client_credentials', token: 'x' },
  ...{ response_type: 'code', redirect_uri: 'https://app.example.com/callback', scope: 'openid' },
}).toString()

/** Bytes: more than any answer but the large ones of misbehaviours. */
const LARGEST = 16_384

/** Whatever was scripted, there is an answer, but for a connection that breaks; and its body can be read unless that was scripted too. */
async function meet(provider: MockProvider, endpoint: EndpointName): Promise<void> {
  const isRead = READ.has(endpoint)
  const answer = await provider.handle({
    method: isRead ? 'GET' : 'POST',
    origin: ORIGIN,
    path: PATHS[endpoint] ?? '/.well-known/openid-configuration',
    query: isRead ? PARAMETERS : '',
    headers: FORM,
    body: Buffer.from(isRead ? '' : PARAMETERS),
  })
  assert.ok(answer.status >= 200 && answer.status <= 599)
  const { disruption } = answer
  if (disruption?.reset === true) return assert.throws(() => toResponse(answer), ConnectionReset)
  // A bomb is left alone: it takes as long to read as hundreds of other answers.
  if (answer.body.length > LARGEST) return
  const response = toResponse(answer)
  const isSpoilt = disruption?.truncate !== undefined || response.headers.get('content-encoding') === 'gzip'
  await response.arrayBuffer().catch(error => assert.ok(isSpoilt && error instanceof TypeError, 'unreadable'))
}

export const seeds = [
  'POST tokens\n{"kind":"access","format":"jwt","sub":"alice","scope":"a","claims":{"x":1},"lifetime":"1h","defect":"alg-none"}',
  'POST clock\n{"advance":"1h"}\n\nGET clock\n\nPOST clock\n{"freeze":true}',
  'POST keys/rotate\n{"alg":"ES256","publish":"late","retireOld":true}\n\nGET keys',
  'POST faults\n{"endpoint":"jwks","times":2,"status":503,"headers":{"retry-after":"1"},"body":"x","truncate":1,"delay":"1s"}\n\nDELETE faults',
  'POST faults\n{"endpoint":"discovery","headers":{"content-encoding":"gzip"}}\n\nPOST faults\n{"endpoint":"token","reset":true}',
  'POST faults\n{"endpoint":"jwks","misbehaviour":"gzip_bomb"}\n\nPOST faults\n{"endpoint":"token","misbehaviour":"alg-none"}',
  'PUT users/carol\n{"password":"x","claims":{"email":"a@b"}}\n\nGET users/carol\n\nDELETE users/carol',
  'PUT clients/web\n{"client_secret":"s","redirect_uris":["https://a/"],"grant_types":["password"]}\n\nGET clients/web',
  'PUT apis/orders\n{"secret":"s","scopes":["a"]}\n\nPOST revocations\n{"sub":"alice"}\n\nPOST logout\n{"sub":"alice"}',
  'GET defects\n\nPUT preset\n{"name":"serpense"}\n\nPOST reset\n\nGET requests?endpoint=token',
]
export const dictionary = [
  ...[
    '\n\n',
    '\n',
    'GET ',
    'POST ',
    'PUT ',
    'DELETE ',
    'PATCH ',
    'tokens',
    'defects',
    'clock',
    'keys',
    'keys/rotate',
    'faults',
    'requests',
    'revocations',
  ],
  ...[
    'users/',
    'clients/',
    'apis/',
    'logout',
    'reset',
    'preset',
    'tenants',
    'verifications',
    '?endpoint=',
    '?wait=',
    '%2F',
    '../',
    '__proto__',
    'constructor',
  ],
  ...[
    '"kind":',
    '"id"',
    '"refresh"',
    '"logout"',
    '"format":',
    '"opaque"',
    '"alg":',
    '"none"',
    '"HS256"',
    '"header":',
    '"audience":',
    '"client_id":',
    '"defect":',
  ],
  ...[
    '"lifetime":',
    '"-1s"',
    '"now":',
    '"advance":',
    '"freeze":',
    '"match":',
    '"reset":',
    '"delay":',
    '"publish":',
    '"never"',
    '"genauth"',
    '"code100"',
    '"oidc-op"',
  ],
  ...['null', 'true', '[]', '{}', '1e400', '-1', '1e308', '""', '"\\u0000"', '"__proto__":', ',', '8640000000001'],
]
