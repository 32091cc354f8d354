import assert from 'node:assert/strict'
import { toResponse } from '../../../src/adapters/fetch.ts'
import type { Question } from '../../../src/http/message.ts'
import { createMockProvider, type MockProvider, type MockProviderOptions } from '../../../src/index.ts'
import { NOON, ORIGIN } from '../../journey.ts'

/** A provider whose clock stands still and whose network is down. */
export const makeProvider = (options: MockProviderOptions = {}): MockProvider =>
  createMockProvider({
    seed: 'fuzz',
    issuer: ORIGIN,
    ports: {
      now: () => NOON,
      sleep: async () => undefined,
      alarm: (_seconds, ring) => {
        queueMicrotask(ring)
        return () => undefined
      },
      fetch: async () => new Response('{}', { status: 503 }),
    },
    ...options,
  })

export interface Asked {
  readonly method: string
  /** Path, and a query after a question mark. */
  readonly target: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

export interface Said {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** One question, whose text is one character a byte. Breaks where the answer is none, a 5xx, or an error that does not say which. */
export async function ask(provider: MockProvider, asked: Asked): Promise<Said> {
  const said = await answerOf(provider, asked)
  const { status, headers, text } = said
  assert.ok(status < 500, `answered with ${status}`)
  const isJson = (headers.get('content-type') ?? '').includes('json')
  const json: unknown = isJson && text !== '' ? JSON.parse(text) : undefined
  if (status >= 400 && isJson && asked.method !== 'HEAD') {
    const error = (json as { error?: unknown } | undefined)?.error
    // RFC 6749 section 5.2.
    assert.ok(
      typeof error === 'string' && /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(error),
      'an error that does not say which',
    )
  }
  return said
}

/** The same for a provider that answers as one of the five systems does: with errors of its own, if need be. */
export async function answerOf(
  provider: MockProvider,
  { method, target, headers = {}, body = '' }: Asked,
): Promise<Said> {
  const [path = '', ...query] = target.split('?')
  const question: Question = {
    method,
    origin: ORIGIN,
    path: `/${path.replace(/^\/+/, '')}`,
    query: query.join('?'),
    headers,
    body: Buffer.from(body, 'latin1'),
  }
  const answer = await provider.handle(question)
  const response = toResponse(answer)
  const location = response.headers.get('location')
  if (location !== null) assert.doesNotThrow(() => new URL(location, ORIGIN), 'sent to nowhere')
  return { status: response.status, headers: response.headers, text: Buffer.from(answer.body).toString() }
}

/** Names and values of parameters, for dictionaries. */
export const PARAMETERS: readonly string[] = [
  ...[
    '&',
    '=',
    '+',
    '%',
    '%00',
    '%zz',
    '%ff',
    '%E2%80%A6',
    'client_id=demo',
    'client_secret=demo-secret',
    'client_id=demo-public',
    'client_id=',
  ],
  ...[
    'grant_type=',
    'authorization_code',
    'refresh_token',
    'client_credentials',
    'password',
    'urn:ietf:params:oauth:grant-type:',
    'device_code',
  ],
  ...[
    'jwt-bearer',
    'token-exchange',
    'code=',
    'code_verifier=',
    'redirect_uri=',
    'https://app.example.com/callback',
    'scope=',
    'openid',
    'offline_access',
  ],
  ...[
    'username=alice',
    'password=alice',
    'token=',
    'token_type_hint=',
    'resource=',
    'audience=',
    'assertion=',
    'subject_token=',
    'subject_token_type=',
  ],
  ...[
    'client_assertion=',
    'client_assertion_type=',
    'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    'authorization_details=',
    '[{"type":"a"}]',
  ],
  ...[
    'request=',
    'request_uri=',
    'urn:ietf:params:oauth:request_uri:',
    'login_hint=',
    'binding_message=',
    'requested_expiry=',
    'user_code=',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '{}',
    '[]',
    'null',
    '"',
    '\\u0000',
    'eyJhbGciOiJub25lIn0.e30.',
    '1e9',
    '-1',
    'a'.repeat(64),
  ],
]
