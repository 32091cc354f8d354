import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto'

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** A good token taken apart, to be put together wrongly. */
export interface Material {
  readonly header: Record<string, unknown>
  readonly claims: Record<string, unknown>
  readonly signature: string
  readonly token: string
  /** The issuer's published key, as a JWKS shows it. */
  readonly jwk: JsonWebKey
}

export function takeApart(token: string, jwk: JsonWebKey): Material {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const read = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, 'base64url').toString())
  return { header: read(header), claims: read(payload), signature, token, jwk }
}

const evil = generateKeyPairSync('rsa', { modulusLength: 2048 })
const evilJwk = evil.publicKey.export({ format: 'jwk' })

const join = (header: unknown, claims: unknown, signature = ''): string =>
  `${encode(header)}.${encode(claims)}.${signature}`
const signedByEvil = (header: object, claims: unknown): string => {
  const input = `${encode({ ...header, alg: 'RS256' })}.${encode(claims)}`
  return `${input}.${sign('sha256', Buffer.from(input), evil.privateKey).toString('base64url')}`
}
const hmac = (key: string | Buffer, header: object, claims: unknown): string => {
  const input = `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
}

/** Made of a good RS256 token and of a good ES256 token. */
type Attack = (rsa: Material, ec: Material) => string
type Attacks = Readonly<Record<string, Attack>>

const deep = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`)
const each = <T>(values: readonly T[], row: (value: T) => readonly (readonly [string, Attack])[]): Attacks =>
  Object.fromEntries(values.flatMap(row))
const withHeader =
  (more: object): Attack =>
  ({ header, claims, signature }) =>
    join({ ...header, ...more }, claims, signature)
const byEvil =
  (more: object): Attack =>
  ({ header, claims }) =>
    signedByEvil({ ...header, ...more }, claims)

/** `none` in upper and lower case, in every mixture. */
const NONES = Array.from({ length: 16 }, (_, bits) =>
  [...'none'].map((letter, at) => ((bits >> at) & 1 ? letter.toUpperCase() : letter)).join(''),
)
const publicPem = ({ jwk }: Material, type: 'spki' | 'pkcs1'): string =>
  createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type }).toString()

const ALGORITHMS: Attacks = {
  ...each([...NONES, 'none ', ' none', 'none\u0000', '', 'null', 'RS256none', 'ｎｏｎｅ'], alg => [
    [`alg ${JSON.stringify(alg)} without a signature`, ({ header, claims }) => join({ ...header, alg }, claims)],
    [`alg ${JSON.stringify(alg)} with the old signature`, withHeader({ alg })],
  ]),
  'alg in lower case': withHeader({ alg: 'rs256' }),
  ...each(['RS1', 'HS256', 'HS512', 'RSA-OAEP', 'dir', 'A128KW', 'ES256K', 'Ed448'], alg => [
    [`alg ${alg} over an RS256 signature`, withHeader({ alg })],
  ]),
  ...each(['spki', 'pkcs1'] as const, type => [
    [`HMAC with the public key as PEM (${type})`, rsa => hmac(publicPem(rsa, type), rsa.header, rsa.claims)],
    [`the same, trimmed (${type})`, rsa => hmac(publicPem(rsa, type).trim(), rsa.header, rsa.claims)],
    [
      `HMAC with the public key as DER (${type})`,
      ({ header, claims, jwk }) =>
        hmac(createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'der', type }), header, claims),
    ],
  ]),
  'HMAC with the public key as JWK': ({ header, claims, jwk }) => hmac(JSON.stringify(jwk), header, claims),
  'HMAC with the modulus': ({ header, claims, jwk }) => hmac(Buffer.from(String(jwk.n), 'base64url'), header, claims),
  'HMAC with an empty key': ({ header, claims }) => hmac('', header, claims),
  'HMAC with the kid': ({ header, claims }) => hmac(String(header.kid), header, claims),
}

const MALFORMED: Attacks = {
  ...each([null, ['RS256'], { name: 'RS256' }, 256, true], alg => [
    [`alg as ${JSON.stringify(alg)}`, withHeader({ alg })],
  ]),
  'alg missing': ({ header: { alg: _, ...header }, claims, signature }) => join(header, claims, signature),
  'kid as an array': ({ header, claims }) => signedByEvil({ ...header, kid: [header.kid] }, claims),
  'kid as an object': byEvil({ kid: { toString: 'x' } }),
  'kid as null': withHeader({ kid: null }),
  'kid as a number': byEvil({ kid: 0 }),
  'crit naming an unknown extension': withHeader({ crit: ['x'], x: 1 }),
  'crit naming exp': withHeader({ crit: ['exp'], exp: 1 }),
  'an empty crit': withHeader({ crit: [] }),
  'crit as a string': withHeader({ crit: 'b64' }),
  'b64 false, critical': withHeader({ b64: false, crit: ['b64'] }),
  'b64 false, not critical': withHeader({ b64: false }),
  'a member doubled in the payload': ({ header, claims, signature }) =>
    `${encode(header)}.${encode(`{"sub":"root",${JSON.stringify(claims).slice(1)}`)}.${signature}`,
  'a member doubled in the header': ({ header, token }) =>
    `${encode(`{"alg":"none",${JSON.stringify(header).slice(1)}`)}.${token.split('.').slice(1).join('.')}`,
  'non-canonical last bits': ({ token }) => `${token.slice(0, -1)}${token.endsWith('B') ? 'C' : 'B'}`,
  'a payload that is an array': ({ header, signature }) => join(header, [], signature),
  'a payload that is null': ({ header, signature }) => join(header, null, signature),
  'a payload that is a number': ({ header, signature }) => join(header, 7, signature),
  'a payload of invalid UTF-8': ({ header, signature }) =>
    `${encode(header)}.${Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]).toString('base64url')}.${signature}`,
  'a payload with a byte order mark': ({ header, claims, signature }) =>
    `${encode(header)}.${encode(`\ufeff${JSON.stringify(claims)}`)}.${signature}`,
  'a payload nested five hundred deep': ({ header, claims, signature }) =>
    join(header, { ...claims, deep: deep(500) }, signature),
  'a token in a token (cty JWT)': ({ header, token }) => `${encode({ ...header, cty: 'JWT' })}.${encode(token)}.AAAA`,
}

const KEYS: Attacks = {
  ...each(['RS384', 'PS256', 'ES256', 'EdDSA'], alg => [[`alg ${alg} over an RS256 signature`, withHeader({ alg })]]),
  ...each(
    [
      '../../../../dev/null',
      '/dev/null',
      'file:///etc/passwd',
      'http://127.0.0.1:9/',
      "' UNION SELECT 'key' --",
      '; cat /etc/passwd |',
      '__proto__',
      'constructor',
      'toString',
      '\u0000',
      '%00',
      '*',
      '',
      'x'.repeat(4000),
    ],
    kid => [[`kid ${JSON.stringify(kid.slice(0, 30))}`, byEvil({ kid })]],
  ),
}

const SIGNATURES: Attacks = {
  'a psychic ECDSA signature, all zero': (_, { header, claims }) =>
    join(header, claims, Buffer.alloc(64).toString('base64url')),
  'an ECDSA signature of which R is zero': (_, { header, claims, signature }) =>
    join(
      header,
      claims,
      Buffer.concat([Buffer.alloc(32), Buffer.from(signature, 'base64url').subarray(32)]).toString('base64url'),
    ),
  'the good ECDSA signature in DER': (_, { token, signature }) =>
    `${token.slice(0, token.lastIndexOf('.'))}.${toDer(Buffer.from(signature, 'base64url')).toString('base64url')}`,
  'an RSA signature of zeros': ({ header, claims }) => join(header, claims, Buffer.alloc(256).toString('base64url')),
  'an RSA signature of one': ({ header, claims }) =>
    join(header, claims, Buffer.concat([Buffer.alloc(255), Buffer.from([1])]).toString('base64url')),
  'an RSA signature of 0xff': ({ header, claims }) =>
    join(header, claims, Buffer.alloc(256, 0xff).toString('base64url')),
  'an empty signature': ({ header, claims }) => join(header, claims),
  'a signature of one byte': ({ header, claims }) => join(header, claims, 'AA'),
  'a signature with a byte too many': ({ header, claims, signature }) => join(header, claims, `${signature}AA`),
  "the attacker's key under the issuer's kid": byEvil({}),
  "the attacker's key embedded as jwk": byEvil({ jwk: evilJwk }),
  "the attacker's key embedded as jwk, without kid": ({ header: { kid: _, ...header }, claims }) =>
    signedByEvil({ ...header, jwk: evilJwk }, claims),
  "another token's signature": ({ header, claims }, { signature }) => join(header, claims, signature),
  'the payload changed': ({ header, claims, signature }) => join(header, { ...claims, sub: 'root' }, signature),
  'the payload changed in white space only': ({ header, claims, signature }) =>
    `${encode(header)}.${encode(JSON.stringify(claims, null, 1))}.${signature}`,
  'the header in other white space': ({ header, token }) =>
    `${encode(JSON.stringify(header, null, 1))}.${token.split('.').slice(1).join('.')}`,
  '__proto__ with scopes in the payload': ({ header, claims, signature }) =>
    `${encode(header)}.${encode(`{"__proto__":{"scope":"admin"},${JSON.stringify(claims).slice(1)}`)}.${signature}`,
  'a header nested five hundred deep': withHeader({ deep: deep(500) }),
}

const ISSUERS: Attacks = {
  'an issuer that is unknown': ({ header, claims }) =>
    signedByEvil(header, { ...claims, iss: 'https://evil.example.com' }),
  'an issuer as an array': ({ header, claims, signature }) => join(header, { ...claims, iss: [claims.iss] }, signature),
  'an issuer with a slash more': ({ header, claims, signature }) =>
    join(header, { ...claims, iss: `${claims.iss}/` }, signature),
  'an issuer in upper case': ({ header, claims, signature }) =>
    join(header, { ...claims, iss: String(claims.iss).toUpperCase() }, signature),
  'no issuer': ({ header, claims: { iss: _, ...claims }, signature }) => join(header, claims, signature),
}

/** By their form no JWTs, so the issuer is asked about them, and knows none. */
const OPAQUE: Attacks = {
  'base64 with padding': ({ token }) => `${token}=`,
  'base64 with padding twice': ({ token }) => `${token}==`,
  'standard base64 in place of base64url': ({ header, claims, signature }) =>
    join(header, claims, `${signature.slice(0, -2)}+/`),
  'two parts': ({ token }) => token.split('.').slice(0, 2).join('.'),
  'four parts': ({ token }) => `${token}.x`,
  'five parts (JWE)': ({ header, token }) =>
    `${encode({ ...header, alg: 'dir', enc: 'A256GCM' })}..${token.split('.')[1]}.x.y`,
  'empty parts': () => '..',
  'a header that is no JSON': ({ token }) => `${encode('{not json')}.${token.split('.').slice(1).join('.')}`,
  'a header that is an array': ({ token }) => `${encode('[]')}.${token.split('.').slice(1).join('.')}`,
  'a header that is a string': ({ token }) => `${encode('"RS256"')}.${token.split('.').slice(1).join('.')}`,
}

/** Tokens that nobody may accept and nobody can sign, by the code of their refusal. */
export const FORGERIES = {
  algorithm_not_allowed: ALGORITHMS,
  token_malformed: MALFORMED,
  key_unknown: KEYS,
  signature_invalid: SIGNATURES,
  issuer_unknown: ISSUERS,
  token_inactive: OPAQUE,
} as const

/** Tokens that name an address from which to take their key, by the code of their refusal: nobody may ask there. */
export const baits = (url: string): Readonly<Record<string, readonly Attack[]>> => ({
  key_unknown: [
    { jku: url },
    { x5u: url },
    { jku: url, x5u: url, jwk: evilJwk },
    { jwks_uri: url },
    { kid: url },
    { x5c: ['MIIB'] },
    { x5c: [url], 'x5t#S256': 'A'.repeat(43) },
  ].map(more => byEvil({ kid: 'evil', ...more })),
  signature_invalid: [
    byEvil({ jku: url }),
    byEvil({ x5u: url }),
    ({ header, claims }) => signedByEvil({ ...header, jku: `${String(claims.iss)}@${url}` }, claims),
    ({ header, claims }) =>
      signedByEvil(header, { ...claims, _claim_sources: { a: { endpoint: url } }, jwks_uri: url }),
  ],
  issuer_unknown: [({ header, claims }) => signedByEvil({ ...header, iss: url }, { ...claims, iss: url })],
})

/** R and S as ASN.1 integers, as openssl writes them and RFC 7518 section 3.4 does not. */
function toDer(signature: Buffer): Buffer {
  const integer = (bytes: Buffer): Buffer => {
    const start = bytes.findIndex(byte => byte !== 0)
    const short = bytes.subarray(start)
    const value = (short[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.from([0]), short]) : short
    return Buffer.concat([Buffer.from([2, value.length]), value])
  }
  const half = signature.length / 2
  const both = Buffer.concat([integer(signature.subarray(0, half)), integer(signature.subarray(half))])
  return Buffer.concat([Buffer.from([0x30, both.length]), both])
}
