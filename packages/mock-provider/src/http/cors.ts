import type { Endpoint } from './endpoint.ts'
import type { Answer, Question } from './message.ts'

type Headers = Answer['headers']

/** The fetch standard's preflight: for endpoints that scripts may call, with whatever headers, without credentials of the browser. */
export function answerPreflight({ cors, methods }: Endpoint, { headers }: Question): Answer {
  const allowed = Object.keys(methods).join(', ')
  if (!cors) return { status: 204, headers: [['allow', allowed]], body: '' }
  return {
    status: 204,
    headers: [
      ['access-control-allow-methods', allowed],
      [
        'access-control-allow-headers',
        headers['access-control-request-headers'] ?? 'authorization, content-type, dpop',
      ],
      ['access-control-max-age', '600'],
    ],
    body: '',
  }
}

export const allowOrigin = ({ cors }: Endpoint, { headers }: Question): Headers =>
  cors && headers.origin !== undefined
    ? [
        ['access-control-allow-origin', '*'],
        ['access-control-expose-headers', 'www-authenticate, dpop-nonce'],
      ]
    : []
