import assert from 'node:assert/strict'
import { parseUrl } from '../../src/engine/url.ts'
import { ask, FORM, makeProvider, PARAMETERS } from './scene/provider.ts'

const provider = makeProvider()
const CALLBACK = 'https://app.example.com/callback'

/** An authorization request: as a form where it begins with `P`, else as a query. The line after it is a cookie. */
export async function fuzz(input: Buffer): Promise<void> {
  const text = input.toString('latin1')
  const [parameters = '', cookie = ''] = text.slice(1).split('\n')
  provider.reset()
  const isForm = text.startsWith('P')
  const headers = { cookie, ...(isForm ? FORM : {}) }
  const target = isForm ? '/authorize' : `/authorize?${parameters}`
  const { headers: said } = await ask(provider, {
    method: isForm ? 'POST' : 'GET',
    target,
    headers,
    body: isForm ? parameters : '',
  })
  const location = said.get('location')
  if (location === null || location.startsWith('/')) return
  // Whoever is redirected away goes where the request said: to no place of the provider's own making.
  const asked = new URLSearchParams(parameters).getAll('redirect_uri')
  const { origin } = new URL(location, 'https://login.example.com')
  assert.ok(
    origin === 'https://login.example.com' || asked.some(uri => parseUrl(uri)?.origin === origin),
    'an open redirect',
  )
}

const request = `client_id=demo&redirect_uri=${CALLBACK}&response_type=code&scope=openid`

export const seeds = [
  `G${request}&state=s&nonce=n`,
  `P${request}&code_challenge=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa&code_challenge_method=S256`,
  `G${request}&prompt=none&max_age=0&id_token_hint=x&login_hint=alice`,
  `G${request}&prompt=none+login`,
  `G${request}&max_age=x&display=x&prompt=x`,
  `G${request}&claims={"userinfo":{"email":{"essential":true}}}&acr_values=a&ui_locales=de`,
  `G${request.replace('=code', '=code id_token')}&response_mode=fragment&nonce=n`,
  `P${request}&response_mode=form_post.jwt`,
]
export const dictionary = [
  ...[
    '\n',
    'response_type=',
    'code id_token token',
    'none',
    'response_mode=',
    'query',
    'fragment',
    'form_post',
    'query.jwt',
    'jwt',
    'prompt=',
    'login',
    'consent',
  ],
  ...[
    'select_account',
    'max_age=',
    'claims=',
    'acr_values=',
    'display=',
    'code_challenge=',
    'code_challenge_method=',
    'S256',
    'plain',
    'state=',
    'nonce=',
    'dpop_jkt=',
  ],
  ...['interaction=', 'javascript:', '//', '#', 'http://localhost', 'app://x', ...PARAMETERS],
]
