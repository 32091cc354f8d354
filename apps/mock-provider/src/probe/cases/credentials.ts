import { CRLF, credential, type Material, type ProbeCase, type Shape, writeRequest } from '../case.ts'

type Row = Omit<ProbeCase, 'attack' | 'bytes' | 'demand' | 'fine'> & {
  readonly fine?: readonly number[]
  readonly send: Shape | string
}

const TRUST = 'RFC 6750 section 3: a protected resource is asked with a token, and with nothing else'
const AMBIGUOUS = 'RFC 9110 section 5.3: a field that is no list comes once'

/** Requests whose credential is missing, in the wrong place, doubled, or somebody else's. `x` stands for a token that is none. */
const list = (material: Material): readonly Row[] => {
  const { settings, good, route } = material
  const { header, scheme, publicPath } = settings
  const right = credential(settings, good)
  const wrong = credential(settings, 'x')
  const mark = route.path.includes('?') ? '&' : '?'
  const before = scheme === '' ? '' : `${scheme} `
  const bare = (fields: readonly string[]): Shape => ({ fields })
  const rows: Row[] = [
    { name: 'no_credential', say: 'No credential at all.', section: 'RFC 6750 section 3', send: {} },
    {
      name: 'empty_credential',
      say: 'The header is empty.',
      section: 'RFC 6750 section 2.1',
      send: bare([`${header}:`]),
    },
    {
      name: 'scheme_without_token',
      say: 'The scheme without a token.',
      section: 'RFC 6750 section 2.1',
      send: bare([`${header}: ${scheme}`]),
    },
    {
      name: 'two_tokens_one_header',
      say: 'Two tokens in one header, a good one first.',
      section: 'RFC 6750 section 2.1',
      send: bare([`${header}: ${before}${good}, ${before}x`]),
    },
    {
      name: 'token_and_more',
      say: 'A good token with a word behind it.',
      section: 'RFC 6750 section 2.1, RFC 9110 section 11.4',
      send: bare([`${header}: ${before}${good} x`]),
    },
    {
      name: 'header_twice_good_first',
      say: 'The header twice: a good token, then another.',
      section: AMBIGUOUS,
      send: bare([right, wrong]),
    },
    {
      name: 'header_twice_good_last',
      say: 'The header twice: another token, then a good one.',
      section: AMBIGUOUS,
      send: bare([wrong, right]),
    },
    {
      name: 'token_in_query',
      say: 'A good token as access_token in the query.',
      section: 'RFC 9700 section 4.3.2',
      allowed: 'RFC 6750 section 2.3 lets a server take it; it ends up in logs and histories',
      send: { path: `${route.path}${mark}access_token=${good}` },
    },
    {
      name: 'token_in_header_and_query',
      say: 'A good token in the header, another in the query.',
      section: 'RFC 6750 section 2',
      allowed: 'a server that never reads the query sees one credential',
      send: { path: `${route.path}${mark}access_token=x`, fields: [right] },
    },
    {
      name: 'token_in_cookie',
      say: 'A good token as a cookie.',
      section: TRUST,
      send: bare([`Cookie: access_token=${good}; Authorization=${good}; token=${good}`]),
    },
    {
      name: 'pipelined_after_good',
      say: 'Two requests on one connection: a good one, then one without a credential.',
      section: 'RFC 9112 section 9.3',
      look: 'second',
      send: writeRequest(material, { fields: [right], close: false }) + writeRequest(material),
    },
    {
      name: 'connection_names_credential',
      say: 'Connection names the header of a token that is none, so that a hop may drop it.',
      section: 'RFC 9110 section 7.6.1',
      send: bare([wrong, `Connection: close, ${header}`]),
    },
  ]
  if (scheme !== '') {
    for (const [name, other] of [
      ['scheme_basic', 'Basic'],
      ['scheme_unknown', 'Token'],
      ['scheme_missing', ''],
      ['scheme_glued', scheme],
    ] as const) {
      const value = name === 'scheme_glued' ? `${scheme}${good}` : `${other} ${good}`.trim()
      const say =
        name === 'scheme_glued' ? 'No space between scheme and token.' : `The scheme is ${other || 'left out'}.`
      rows.push({ name, say, section: 'RFC 6750 section 2.1', send: bare([`${header}: ${value}`]) })
    }
  }
  for (const field of SPOOFS)
    rows.push({
      name: `spoofed_${field.split(':')[0]?.toLowerCase().replaceAll('-', '_')}`,
      say: `No credential, but the header ${field.split(':')[0]}, which only a hop in front may set.`,
      section: TRUST,
      send: bare([field]),
    })
  if (publicPath !== undefined) {
    for (const field of ['X-Original-URL', 'X-Rewrite-URL', 'X-Forwarded-Uri', 'X-Envoy-Original-Path'])
      rows.push({
        name: `path_by_${field.toLowerCase().replaceAll('-', '_')}`,
        say: `The guarded path, and ${field} names the public one.`,
        section: TRUST,
        send: bare([`${field}: ${publicPath}`]),
      })
  }
  for (const field of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])
    rows.push({
      name: `method_by_${field.toLowerCase().replaceAll('-', '_')}`,
      say: `No credential, and ${field} says OPTIONS, which needs none.`,
      section: TRUST,
      send: bare([`${field}: OPTIONS`]),
    })
  if (route.method === 'GET')
    rows.push({
      name: 'head_without_credential',
      say: 'HEAD without a credential.',
      section: TRUST,
      fine: [401, 400, 404, 405],
      send: { method: 'HEAD' },
    })
  return rows
}

/** What gateways, proxies and cloud load balancers tell the servers behind them. */
const SPOOFS = [
  'X-Forwarded-User: admin',
  'X-Forwarded-Email: admin@example.com',
  'X-Auth-Request-User: admin',
  'X-Authenticated-User: admin',
  'X-Remote-User: admin',
  'Remote-User: admin',
  'X-User: admin',
  'X-Userinfo: eyJzdWIiOiJhZG1pbiJ9',
  'X-Gatehouse-Subject: admin',
  'X-Goog-Authenticated-User-Id: admin',
  'X-Amzn-Oidc-Identity: admin',
  'X-Ms-Client-Principal-Id: admin',
  'Oidc_Claim_Sub: admin',
  'X-Forwarded-For: 127.0.0.1',
  'X-Real-Ip: 127.0.0.1',
  'X-Original-Method: OPTIONS',
  'Client-Cert: :MIIB:',
]

export const listCredentials = (material: Material): readonly ProbeCase[] =>
  list(material).map(({ send, fine, ...row }) => ({
    ...row,
    attack: 'credentials',
    demand: 'refuse',
    // Bad syntax is 400 (invalid_request), a token that is missing or none is 401.
    fine: fine ?? [401, 400],
    bytes: typeof send === 'string' ? send : writeRequest(material, send),
  }))

/** A challenge belongs to a refusal (RFC 9110 section 15.5.2). */
export const hasChallenge = (head: string): boolean => new RegExp(`${CRLF}www-authenticate: *\\S`, 'i').test(head)
