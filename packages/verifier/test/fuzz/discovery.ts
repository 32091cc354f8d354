import assert from 'node:assert/strict'
import { Discovery } from '../../src/issuer/discovery.ts'
import { Health } from '../../src/issuer/health.ts'
import { ISSUER, makeConfig, playPorts } from '../configs.ts'
import { readObject } from './scene/issuer.ts'

const config = makeConfig({ keys: { kind: 'remote', uri: undefined, timeout: 1 } as never })

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** What stands at an issuer's well-known paths: one document, the same at both. */
export async function fuzz(input: Buffer): Promise<void> {
  const { ports } = playPorts(() => new Response(new Uint8Array(input)))
  const found = await new Discovery(config, ports, new Health(ports, config.name, config.issuer)).find()
  if (!found.ok) {
    assert.equal(found.rejection.code, 'issuer_unavailable')
    return
  }
  assert.equal(
    readObject(input.toString('utf8').replace(/^\ufeff/, ''))?.issuer,
    ISSUER,
    'a document of another issuer',
  )
  for (const endpoint of Object.values(found.value)) {
    if (endpoint === undefined) continue
    const url = new URL(endpoint)
    assert.ok(
      url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname)),
      'asked in the open',
    )
    assert.deepEqual([url.username, url.password, url.hash], ['', '', ''], 'more than a place')
  }
}

export const seeds = [
  `{"issuer":"${ISSUER}","jwks_uri":"${ISSUER}/keys"}`,
  `{"issuer":"${ISSUER}","introspection_endpoint":"${ISSUER}/i","token_endpoint":"${ISSUER}/t","userinfo_endpoint":"${ISSUER}/u"}`,
  `{"issuer":"${ISSUER}/","jwks_uri":"http://a/keys","mtls_endpoint_aliases":{"token_endpoint":"https://b/"}}`,
]
export const dictionary = [
  '"issuer":',
  '"jwks_uri":',
  '"introspection_endpoint":',
  '"token_endpoint":',
  '"userinfo_endpoint":',
  '"mtls_endpoint_aliases":',
  '"https://',
  '"http://',
  '127.0.0.1',
  'localhost',
  '@',
  '#',
  '?',
  '\\u0000',
  ' ',
  'null',
  '[]',
  '{}',
  ',',
  `"${ISSUER}"`,
  'javascript:',
  'file:///',
  '"__proto__":',
]
