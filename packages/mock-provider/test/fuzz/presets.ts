import assert from 'node:assert/strict'
import { answerOf, FORM, makeProvider, PARAMETERS } from './scene/provider.ts'

const NAMES = ['serpense', 'genauth', 'code100', 'oidc-op', 'uaepass'] as const
const MAY_FAIL: ReadonlySet<number> = new Set([500])
const providers = NAMES.map(preset => makeProvider({ preset }))

/** The first byte picks one of the five systems and, by its high bit, GET; then path with query, Authorization, and a form: a line each. */
export async function fuzz(input: Buffer): Promise<void> {
  const [first = 0] = input
  const provider = providers[(first & 0x7f) % NAMES.length]
  const [target = '', authorization = '', ...body] = input.subarray(1).toString('latin1').split('\n')
  if (provider === undefined) return
  provider.reset()
  const method = first & 0x80 ? 'GET' : 'POST'
  const headers = { ...FORM, ...(authorization === '' ? {} : { authorization }) }
  const { status } = await answerOf(provider, {
    method,
    target,
    headers,
    body: method === 'GET' ? '' : body.join('\n'),
  })
  // What some of them call a refusal; which is theirs to do and one of the things that a gateway has to bear.
  if (status >= 500) assert.ok(MAY_FAIL.has(status), `answered with ${status}`)
}

const grant = 'grant_type=client_credentials&client_id=demo&client_secret=demo-secret'
const request = 'client_id=demo&response_type=code&scope=openid&redirect_uri=https://app.example.com/callback'

export const seeds = [
  `\0/oauth/token\n\n${grant}`,
  '\0/oauth/tokeninfo\nBearer x\naccess_token=x',
  `\x80/oauth/authorize?${request}\n`,
  `\x01/oidc/token\n\n${grant}`,
  '\x01/oidc/token/introspection\nBasic ZGVtbzpkZW1vLXNlY3JldA==\ntoken=x',
  '\x81/api/v2/oidc/validate_token?access_token=x\n',
  `\x02/connect/token\n\n${grant}`,
  '\x02/connect/introspect\n\ntoken=x&client_id=demo&client_secret=demo-secret',
  `\x03/token\n\n${grant}`,
  '\x83/.well-known/webfinger?resource=acct:alice@login.example.com\n',
  '\x83/session?id_token_hint=x\n',
  `\x04/idshub/token\n\n${grant}`,
  `\x84/idshub/authorize?${request}\n`,
]
export const dictionary = [
  '/token',
  '/introspect',
  '/oidc',
  '/connect',
  '/idshub',
  '/oauth',
  '/userinfo',
  '/authorize',
  '/registration',
  '/verify/user',
  '/login',
  '/me',
  '/logout',
  '\n',
  '?',
  'Basic ZGVtbzpkZW1vLXNlY3JldA==',
  'Bearer ',
  ...PARAMETERS,
]
