import { makeKey } from '@gatehouse/testkit'

/** What a stub of a real system knows of one request: its form or query, and who asks. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly form: URLSearchParams
  readonly authorization: string | undefined
}

export type StubAnswer = readonly [status: number, type: string, body: string]

/** One system as its own software answers: payload shapes from captures, written here without any code of ours that issues tokens. */
export interface System {
  readonly name: 'serpense' | 'genauth' | 'code100' | 'oidc-op' | 'uaepass'
  readonly issuerOf: (origin: string) => string
  /** What the user writes beyond `issuer`, `preset` and credentials. */
  readonly audience: readonly string[] | 'unchecked'
  readonly introspection: Readonly<Record<string, unknown>> | undefined
  /** Tokens by fate; `null` where the system has no such token. */
  readonly tokens: (issuer: string, now: number) => { good: string; expired: string; revoked: string; foreign: string }
  readonly answer: (asked: Asked, issuer: string, now: number) => StubAnswer
  readonly subject: string
}

export const SECRET = 'app-secret-of-the-client-0123456789'
export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
export const json = (status: number, value: unknown, type = 'application/json'): StubAnswer => [
  status,
  type,
  JSON.stringify(value),
]
export const HTML_404: StubAnswer = [404, 'text/html', '<!doctype html><title>404 Not Found</title>']
export const rsa = makeKey('RS256', 'TfLOt3Lbn8_a8pRMuessamqj-o3DBCs1-owHLQ-VMqQ')
export const ec = makeKey('ES256', 'YV20cmFuZG9ta2lk')
export const stranger = makeKey('RS256', rsa.kid)
export const withoutAlg = ({ alg: _, ...jwk }: Record<string, unknown>): Record<string, unknown> => jwk
