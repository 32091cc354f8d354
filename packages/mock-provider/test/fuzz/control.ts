import assert from 'node:assert/strict'
import { ask, makeProvider } from './scene/provider.ts'

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
  // Whatever was scripted, the provider still answers: with a scripted status, maybe.
  const target = { method: 'GET', origin: 'https://login.example.com', query: '', headers: {}, body: Buffer.alloc(0) }
  const paths = ['/.well-known/openid-configuration', '/_mock/requests', ...(input.includes('keys') ? ['/jwks'] : [])]
  for (const path of paths) {
    const { status } = await provider.handle({ ...target, path })
    assert.ok(status >= 100 && status <= 599)
  }
}

export const seeds = [
  'POST tokens\n{"kind":"access","format":"jwt","sub":"alice","scope":"a","claims":{"x":1},"lifetime":"1h","defect":"alg-none"}',
  'POST clock\n{"advance":"1h"}\n\nGET clock\n\nPOST clock\n{"freeze":true}',
  'POST keys/rotate\n{"alg":"ES256","publish":"late","retireOld":true}\n\nGET keys',
  'POST faults\n{"endpoint":"jwks","times":2,"status":503,"headers":{"retry-after":"1"},"body":"x","truncate":1,"delay":"1s"}\n\nDELETE faults',
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
