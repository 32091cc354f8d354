import { ask, FORM, makeProvider, PARAMETERS } from './scene/provider.ts'

const provider = makeProvider()

/** Endpoint, value of Authorization, and a form: three lines. */
export async function fuzz(input: Buffer): Promise<void> {
  const [path = '', authorization = '', ...body] = input.toString('latin1').split('\n')
  provider.reset()
  const headers = { ...FORM, ...(authorization === '' ? {} : { authorization }) }
  await ask(provider, { method: 'POST', target: path, headers, body: body.join('\n') })
}

export const seeds = [
  '/token\nBasic ZGVtbzpkZW1vLXNlY3JldA==\ngrant_type=client_credentials&scope=a',
  '/token\n\ngrant_type=password&username=alice&password=alice&scope=openid&client_id=demo&client_secret=demo-secret',
  '/token\n\ngrant_type=authorization_code&code=x&redirect_uri=https://app.example.com/callback&client_id=demo-public&code_verifier=y',
  '/token\n\ngrant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token=a&subject_token_type=urn:ietf:params:oauth:token-type:access_token&client_id=demo&client_secret=demo-secret',
  '/token\n\ngrant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=eyJhbGciOiJub25lIn0.e30.&client_id=demo&client_secret=demo-secret',
  '/introspect\n\ntoken=x&client_id=demo&client_secret=demo-secret',
  '/revoke\n\ntoken=x&token_type_hint=refresh_token&client_id=demo-public',
  '/par\n\nclient_id=demo&client_secret=demo-secret&response_type=code&redirect_uri=https://app.example.com/callback',
  '/device_authorization\n\nclient_id=demo-public&scope=openid',
  '/bc-authorize\n\nclient_id=demo&client_secret=demo-secret&scope=openid&login_hint=alice',
  '/userinfo\nBearer x\naccess_token=y',
  '/logout\n\nid_token_hint=x&post_logout_redirect_uri=https://app.example.com/',
]
export const dictionary = [
  '\n',
  '/token',
  '/introspect',
  '/revoke',
  '/par',
  '/bc-authorize',
  '/userinfo',
  '/logout',
  '/register',
  'Basic ',
  'Bearer ',
  'DPoP ',
  ...PARAMETERS,
]
