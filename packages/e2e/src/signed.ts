import { sign } from 'node:crypto'
import type { SigningKey } from '@gatehouse/testkit'

/** Header and payload as text, so that what no JSON library writes can be signed too. */
export interface Draft {
  readonly header: string
  readonly claims: string | Buffer
}

type Change = (header: Record<string, unknown>, claims: Record<string, unknown>) => Partial<Draft>

const encode = (text: string | Buffer): string => Buffer.from(text).toString('base64url')

/** A token that is right but for one change, under a signature that holds. */
export function signDraft(key: SigningKey, claims: Record<string, unknown>, change: Change): string {
  const header = { alg: key.alg, kid: key.kid, typ: 'at+jwt' }
  const draft = { header: JSON.stringify(header), claims: JSON.stringify(claims), ...change(header, claims) }
  const input = `${encode(draft.header)}.${encode(draft.claims)}`
  const signature = sign('sha256', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

const text = JSON.stringify
const claim =
  (more: object): Change =>
  (_, claims) => ({ claims: text({ ...claims, ...more }) })
const head =
  (more: object): Change =>
  header => ({ header: text({ ...header, ...more }) })
/** Members written as they are, before or after the others. */
const first =
  (members: string): Change =>
  (_, claims) => ({ claims: `{${members},${text(claims).slice(1)}` })
const last =
  (members: string): Change =>
  (_, claims) => ({ claims: `${text(claims).slice(0, -1)},${members}}` })
const without =
  (...names: readonly string[]): Change =>
  (_, claims) => ({
    claims: text(Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name)))),
  })
/** `exp` as it is written, in place of the number. */
const exp =
  (written: string): Change =>
  (_, claims) => ({ claims: text({ ...claims, exp: 0 }).replace('"exp":0', `"exp":${written}`) })
const nested = (open: string, close: string, levels: number): string => `${open.repeat(levels)}1${close.repeat(levels)}`
const payload =
  (claims: string | Buffer): Change =>
  () => ({ claims })

const LOGOUT = { 'http://schemas.openid.net/event/backchannel-logout': {} }

/** By code: what is wrong with a token though its issuer signed it. The route wants the scope `read` and the audience of the API. */
export const MISSIGNED: { readonly [code: string]: Readonly<Record<string, Change>> } = {
  token_malformed: {
    'a critical extension that is unknown': head({ crit: ['x'], x: 1 }),
    'a critical extension that is known elsewhere (b64)': head({ crit: ['b64'], b64: false }),
    'b64 true': head({ b64: true }),
    'an empty crit': head({ crit: [] }),
    'crit null': head({ crit: null }),
    'a member twice': last('"sub":"root"'),
    'a member twice, the first time escaped': first('"s\\u0075b":"root"'),
    'exp twice': first('"exp":99999999999'),
    'a member twice, deep inside': last('"x":[{"y":{"z":1,"z":2}}]'),
    '__proto__ twice': last('"__proto__":1,"__proto__":2'),
    'alg twice': header => ({ header: `{"alg":"none",${text(header).slice(1)}` }),
    'kid twice': header => ({ header: `{"kid":"x",${text(header).slice(1)}` }),
    'an array': payload('[]'),
    null: payload('null'),
    'a text': payload('"claims"'),
    'a number': payload('7'),
    nothing: payload(''),
    'no JSON': payload('{sub:"alice"}'),
    'JSON with a comma too many': payload('{"sub":"alice",}'),
    'JSON and something after it': (_, claims) => ({ claims: `${text(claims)}x` }),
    'two objects': (_, claims) => ({ claims: text(claims) + text(claims) }),
    'a byte order mark': (_, claims) => ({ claims: `\ufeff${text(claims)}` }),
    'invalid UTF-8': (_, claims) => ({ claims: Buffer.concat([Buffer.from(text(claims)), Buffer.from([0xff])]) }),
    'overlong UTF-8 in a text': (_, claims) => ({
      claims: Buffer.from(text({ ...claims, x: '??' }).replace('??', '\u00c0\u00af'), 'latin1'),
    }),
    'a surrogate in UTF-8': (_, claims) => ({
      claims: Buffer.from(text({ ...claims, x: '???' }).replace('???', '\u00ed\u00a0\u0080'), 'latin1'),
    }),
    'UTF-16': (_, claims) => ({ claims: Buffer.from(text(claims), 'utf16le') }),
    'objects nested forty deep': last(`"x":${nested('{"a":', '}', 40)}`),
    'arrays nested two thousand deep': last(`"x":${nested('[', ']', 2_000)}`),
    'a token in a token': (header, claims) => ({
      header: text({ ...header, cty: 'JWT' }),
      claims: `${encode(text(header))}.${encode(text(claims))}.AAAA`,
    }),
    'exp as a text': exp('"99999999999"'),
    'exp as NaN': exp('NaN'),
    'exp as Infinity': exp('Infinity'),
    'exp beyond every number': exp('1e999'),
    'exp in hexadecimal': exp('0xffffffffff'),
    'exp with a plus': exp('+99999999999'),
    'exp with zeros before it': exp('0099999999999'),
    'exp as true': exp('true'),
    'exp as a list': exp('[99999999999]'),
    'exp as an object': exp('{"value":99999999999}'),
    'nbf as a text': claim({ nbf: 'never' }),
    'iat as a text': claim({ iat: 'now' }),
    'sub as a number': claim({ sub: 1 }),
    'sub as a list': claim({ sub: ['alice'] }),
    'sub with half a surrogate pair': (_, claims) => ({
      claims: text({ ...claims, sub: '?' }).replace('?', '\\ud800'),
    }),
    'sub as an object': claim({ sub: { id: 'alice' } }),
    'cnf as a text': claim({ cnf: 'none' }),
    'cnf as a list': claim({ cnf: [] }),
    'cnf.jkt as a number': claim({ cnf: { jkt: 7 } }),
    'cnf.jkt too short': claim({ cnf: { jkt: 'A' } }),
    'cnf.x5t#S256 as null': claim({ cnf: { 'x5t#S256': null } }),
    'typ as a number': head({ typ: 7 }),
    'typ as a list': head({ typ: ['at+jwt'] }),
    'typ as an object': head({ typ: {} }),
  },
  claim_missing: {
    'no exp': without('exp'),
    'exp null': exp('null'),
    'exp only in the prototype': (_, { exp: _exp, ...claims }) => ({
      claims: `{"__proto__":{"exp":99999999999},${text(claims).slice(1)}`,
    }),
  },
  token_expired: {
    'exp in the past': exp('1'),
    'exp as a fraction in the past': exp('1.5'),
    'exp negative': exp('-99999999999'),
    'exp as minus zero': exp('-0'),
    'exp as a tiny power': exp('1e-99'),
  },
  token_not_yet_valid: {
    'nbf in the future': claim({ nbf: 99_999_999_999 }),
    'nbf in the year 9999': claim({ nbf: 253_402_300_799 }),
    'iat in the future': claim({ iat: 99_999_999_999 }),
  },
  issuer_unknown: {
    'no iss': without('iss'),
    'iss null': claim({ iss: null }),
    'iss as a list': (_, claims) => ({ claims: text({ ...claims, iss: [claims.iss] }) }),
    'iss with a slash more': (_, claims) => ({ claims: text({ ...claims, iss: `${claims.iss}/` }) }),
    'iss in upper case': (_, claims) => ({ claims: text({ ...claims, iss: String(claims.iss).toUpperCase() }) }),
    'iss with a blank before it': (_, claims) => ({ claims: text({ ...claims, iss: ` ${claims.iss}` }) }),
    'iss as __proto__': claim({ iss: '__proto__' }),
    'iss only in the prototype': (_, { iss, ...claims }) => ({
      claims: `{"__proto__":${text({ iss })},${text(claims).slice(1)}`,
    }),
  },
  audience_mismatch: {
    'no aud': without('aud'),
    'aud of another': claim({ aud: 'https://other.example.com' }),
    'aud as a prefix': claim({ aud: 'https://api.example.co' }),
    'aud with a slash more': claim({ aud: 'https://api.example.com/' }),
    'aud in upper case': claim({ aud: 'HTTPS://API.EXAMPLE.COM' }),
    'aud as an object': claim({ aud: { 'https://api.example.com': true } }),
    'aud in a list in a list': claim({ aud: [['https://api.example.com']] }),
    'aud as an empty list': claim({ aud: [] }),
    'aud as a number': claim({ aud: 7 }),
    'aud as a list in a text': claim({ aud: 'https://api.example.com https://other.example.com' }),
    'aud only in the prototype': (_, { aud, ...claims }) => ({
      claims: `{"__proto__":${text({ aud })},${text(claims).slice(1)}`,
    }),
  },
  token_type_mismatch: {
    'a logout token by its claims': claim({ events: LOGOUT }),
    'a token that says it is an ID token': claim({ token_use: 'id' }),
    ...Object.fromEntries(
      [
        'logout+jwt',
        'LOGOUT+JWT',
        'secevent+jwt',
        'dpop+jwt',
        'token-introspection+jwt',
        'oauth-authz-req+jwt',
        'id+jwt',
        'rt+jwt',
        'JOSE',
        'at+jwt ',
        'at',
        '',
      ].map(typ => [`typ ${text(typ)}`, head({ typ })]),
    ),
  },
  proof_missing: {
    'cnf empty': claim({ cnf: {} }),
    'cnf of an unknown kind': claim({ cnf: { 'x5t#S512': 'A'.repeat(86) } }),
    'cnf with a whole key': claim({ cnf: { jwk: { kty: 'oct', k: 'AA' } } }),
    'bound to a key, sent as Bearer': claim({ cnf: { jkt: 'A'.repeat(43) } }),
  },
  certificate_missing: {
    'bound to a certificate, none shown': claim({ cnf: { 'x5t#S256': 'A'.repeat(43) } }),
    'bound to both': claim({ cnf: { 'x5t#S256': 'A'.repeat(43), jkt: 'A'.repeat(43) } }),
  },
  scope_missing: {
    'no scope': without('scope'),
    'scope null': claim({ scope: null }),
    'scope as the part of a word': claim({ scope: 'reading already' }),
    'scope by comma': claim({ scope: 'read,write' }),
    'scope by line break': claim({ scope: 'write\nread' }),
    'scope by a blank that is none': claim({ scope: 'write\u00a0read' }),
    'scope in upper case': claim({ scope: 'READ' }),
    'scope as an object': claim({ scope: { read: true } }),
    'scope in a list in a list': claim({ scope: [['read']] }),
    'scope as numbers': claim({ scope: [1, 2] }),
    'scope only in the prototype': (_, { scope: _scope, ...claims }) => ({
      claims: `{"__proto__":{"scope":"read"},${text(claims).slice(1)}`,
    }),
    'scope in the prototype of the constructor': (_, { scope: _scope, ...claims }) => ({
      claims: `{"constructor":{"prototype":{"scope":"read"}},${text(claims).slice(1)}`,
    }),
  },
}
