import { createHmac } from 'node:crypto'
import { ask, makeProvider, PARAMETERS } from './scene/provider.ts'

const provider = makeProvider()
const encode = (text: string): string => Buffer.from(text, 'latin1').toString('base64url')

/** Header and claims of a request object (RFC 9101), signed with the secret of the client `demo`. */
export async function fuzz(input: Buffer): Promise<void> {
  const [header = '', ...claims] = input.toString('latin1').split('\n')
  const content = `${encode(header)}.${encode(claims.join('\n'))}`
  const signature = createHmac('sha256', 'demo-secret').update(content).digest('base64url')
  provider.reset()
  await ask(provider, { method: 'GET', target: `/authorize?client_id=demo&request=${content}.${signature}` })
}

const claims =
  '"client_id":"demo","iss":"demo","aud":"https://login.example.com","response_type":"code","redirect_uri":"https://app.example.com/callback","scope":"openid"'

export const seeds = [
  `{"alg":"HS256"}\n{${claims}}`,
  `{"alg":"HS256","typ":"oauth-authz-req+jwt"}\n{${claims},"claims":{"id_token":{"email":null}},"max_age":1,"resource":["https://a"]}`,
  `{"alg":"none"}\n{${claims},"exp":1}`,
]
export const dictionary = [
  ...[
    '\n',
    '"alg":',
    '"HS256"',
    '"RS256"',
    '"none"',
    '"typ":',
    '"crit":',
    '"claims":',
    '"exp":',
    '"nbf":',
    '"iat":',
    '"sub":',
    '"request":',
    '"prompt":',
    '"state":',
  ],
  ...[
    '"authorization_details":',
    '[{"type":"a"}]',
    'null',
    'true',
    '[]',
    '{}',
    '""',
    '1e400',
    ',',
    '"__proto__":',
    '\\u0000',
    '\\ud800',
    ...PARAMETERS,
  ],
]
