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
const evilEc = generateKeyPairSync('ec', { namedCurve: 'P-256' })

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

type Attack = (material: Material) => string

const deep = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`)
const evilJwk = evil.publicKey.export({ format: 'jwk' })

/** Tokens that nobody may accept. None is longer than the limit unless its name says so. */
export const TOKEN_ATTACKS: Readonly<Record<string, Attack>> = {
  ...Object.fromEntries(
    ['none', 'None', 'NONE', 'nOnE', 'none ', ' none', 'none\u0000', '', 'null', 'RS256none'].flatMap(alg => [
      [
        `alg ${JSON.stringify(alg)} without a signature`,
        ({ header, claims }: Material) => join({ ...header, alg }, claims),
      ],
      [
        `alg ${JSON.stringify(alg)} with the old signature`,
        ({ header, claims, signature }: Material) => join({ ...header, alg }, claims, signature),
      ],
    ]),
  ),
  'alg as null': ({ header, claims, signature }) => join({ ...header, alg: null }, claims, signature),
  'alg as an array': ({ header, claims, signature }) => join({ ...header, alg: ['RS256'] }, claims, signature),
  'alg as an object': ({ header, claims, signature }) => join({ ...header, alg: { name: 'RS256' } }, claims, signature),
  'alg as a number': ({ header, claims, signature }) => join({ ...header, alg: 256 }, claims, signature),
  'alg missing': ({ header: { alg: _, ...header }, claims, signature }) => join(header, claims, signature),
  'alg in lower case': ({ header, claims, signature }) => join({ ...header, alg: 'rs256' }, claims, signature),
  ...Object.fromEntries(
    ['RS1', 'RS384', 'PS256', 'ES256', 'EdDSA', 'HS256', 'HS512', 'RSA-OAEP', 'dir', 'A128KW', 'ES256K', 'Ed448'].map(
      alg => [
        `alg ${alg} over an RS256 signature`,
        ({ header, claims, signature }: Material) => join({ ...header, alg }, claims, signature),
      ],
    ),
  ),
  'HMAC with the public key as PEM (SPKI)': ({ header, claims, jwk }) =>
    hmac(
      createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'spki' }).toString(),
      header,
      claims,
    ),
  'HMAC with the public key as PEM, trimmed': ({ header, claims, jwk }) =>
    hmac(
      createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'spki' }).toString().trim(),
      header,
      claims,
    ),
  'HMAC with the public key as PEM (PKCS #1)': ({ header, claims, jwk }) =>
    hmac(
      createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'pkcs1' }).toString(),
      header,
      claims,
    ),
  'HMAC with the public key as DER': ({ header, claims, jwk }) =>
    hmac(createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'der', type: 'spki' }), header, claims),
  'HMAC with the public key as JWK': ({ header, claims, jwk }) => hmac(JSON.stringify(jwk), header, claims),
  'HMAC with the modulus': ({ header, claims, jwk }) => hmac(Buffer.from(String(jwk.n), 'base64url'), header, claims),
  'HMAC with an empty key': ({ header, claims }) => hmac('', header, claims),
  'HMAC with the kid': ({ header, claims }) => hmac(String(header.kid), header, claims),
  'psychic ECDSA signature (all zero)': ({ header, claims }) =>
    join({ ...header, alg: 'ES256' }, claims, Buffer.alloc(64).toString('base64url')),
  'RSA signature of zeros': ({ header, claims }) => join(header, claims, Buffer.alloc(256).toString('base64url')),
  'RSA signature of one': ({ header, claims }) =>
    join(header, claims, Buffer.concat([Buffer.alloc(255), Buffer.from([1])]).toString('base64url')),
  'RSA signature of 0xff': ({ header, claims }) => join(header, claims, Buffer.alloc(256, 0xff).toString('base64url')),
  'an empty signature': ({ header, claims }) => join(header, claims),
  'a signature of one byte': ({ header, claims }) => join(header, claims, 'AA'),
  'a signature with a byte too many': ({ header, claims, signature }) => join(header, claims, `${signature}AA`),
  'DER-encoded ECDSA': ({ header, claims }) => {
    const input = `${encode({ ...header, alg: 'ES256' })}.${encode(claims)}`
    return `${input}.${sign('sha256', Buffer.from(input), evilEc.privateKey).toString('base64url')}`
  },
  "the attacker's key under the issuer's kid": ({ header, claims }) => signedByEvil(header, claims),
  "the attacker's key embedded as jwk": ({ header, claims }) => signedByEvil({ ...header, jwk: evilJwk }, claims),
  "the attacker's key embedded as jwk, without kid": ({ header: { kid: _, ...header }, claims }) =>
    signedByEvil({ ...header, jwk: evilJwk }, claims),
  'jku of the attacker': ({ header, claims }) =>
    signedByEvil({ ...header, jku: 'http://127.0.0.1:9/jwks', kid: 'evil' }, claims),
  'x5u of the attacker': ({ header, claims }) =>
    signedByEvil({ ...header, x5u: 'http://127.0.0.1:9/cert', kid: 'evil' }, claims),
  'x5c of the attacker': ({ header, claims }) => signedByEvil({ ...header, x5c: ['MIIB'], kid: 'evil' }, claims),
  ...Object.fromEntries(
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
    ].map(kid => [
      `kid ${JSON.stringify(kid.slice(0, 30))}`,
      ({ header, claims }: Material) => signedByEvil({ ...header, kid }, claims),
    ]),
  ),
  'kid as an array': ({ header, claims }) => signedByEvil({ ...header, kid: [header.kid] }, claims),
  'kid as an object': ({ header, claims }) => signedByEvil({ ...header, kid: { toString: 'x' } }, claims),
  'kid as null': ({ header, claims, signature }) => join({ ...header, kid: null }, claims, signature),
  'kid as a number': ({ header, claims }) => signedByEvil({ ...header, kid: 0 }, claims),
  'kid of 64 KB, too large': ({ header, claims }) => signedByEvil({ ...header, kid: 'k'.repeat(65_536) }, claims),
  'crit naming an unknown extension': ({ header, claims, signature }) =>
    join({ ...header, crit: ['x'], x: 1 }, claims, signature),
  'crit naming exp': ({ header, claims, signature }) => join({ ...header, crit: ['exp'], exp: 1 }, claims, signature),
  'an empty crit': ({ header, claims, signature }) => join({ ...header, crit: [] }, claims, signature),
  'crit as a string': ({ header, claims, signature }) => join({ ...header, crit: 'b64' }, claims, signature),
  'b64 false, critical': ({ header, claims, signature }) =>
    join({ ...header, b64: false, crit: ['b64'] }, claims, signature),
  'b64 false, not critical': ({ header, claims, signature }) => join({ ...header, b64: false }, claims, signature),
  'the payload changed': ({ header, claims, signature }) => join(header, { ...claims, sub: 'root' }, signature),
  'the payload changed in white space only': ({ header, claims, signature }) =>
    `${encode(header)}.${encode(JSON.stringify(claims, null, 1))}.${signature}`,
  'a member doubled in the payload': ({ header, claims, signature }) =>
    `${encode(header)}.${encode(`{"sub":"root",${JSON.stringify(claims).slice(1)}`)}.${signature}`,
  'a member doubled in the header': ({ header, token }) =>
    `${encode(`{"alg":"none",${JSON.stringify(header).slice(1)}`)}.${token.split('.').slice(1).join('.')}`,
  'the header in other white space': ({ header, token }) =>
    `${encode(JSON.stringify(header, null, 1))}.${token.split('.').slice(1).join('.')}`,
  '__proto__ with scopes in the payload': ({ header, claims, signature }) =>
    `${encode(header)}.${encode(`{"__proto__":{"scope":"admin"},${JSON.stringify(claims).slice(1)}`)}.${signature}`,
  'base64 with padding': ({ token }) => `${token}=`,
  'base64 with padding twice': ({ token }) => `${token}==`,
  'standard base64 in place of base64url': ({ header, claims, signature }) =>
    join(header, claims, `${signature.slice(0, -2)}+/`),
  'non-canonical last bits': ({ token }) => `${token.slice(0, -1)}${token.endsWith('B') ? 'C' : 'B'}`,
  'two parts': ({ token }) => token.split('.').slice(0, 2).join('.'),
  'four parts': ({ token }) => `${token}.x`,
  'five parts (JWE)': ({ header, token }) =>
    `${encode({ ...header, alg: 'dir', enc: 'A256GCM' })}..${token.split('.')[1]}.x.y`,
  'empty parts': () => '..',
  'a header that is no JSON': ({ token }) => `${encode('{not json')}.${token.split('.').slice(1).join('.')}`,
  'a header that is an array': ({ token }) => `${encode('[]')}.${token.split('.').slice(1).join('.')}`,
  'a header that is a string': ({ token }) => `${encode('"RS256"')}.${token.split('.').slice(1).join('.')}`,
  'a payload that is an array': ({ header, signature }) => join(header, [], signature),
  'a payload that is null': ({ header, signature }) => join(header, null, signature),
  'a payload that is a number': ({ header, signature }) => join(header, 7, signature),
  'a payload of invalid UTF-8': ({ header, signature }) =>
    `${encode(header)}.${Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]).toString('base64url')}.${signature}`,
  'a payload with a byte order mark': ({ header, claims, signature }) =>
    `${encode(header)}.${encode(`\ufeff${JSON.stringify(claims)}`)}.${signature}`,
  'a payload nested a thousand deep': ({ header, claims, signature }) =>
    join(header, { ...claims, deep: deep(500) }, signature),
  'a header nested a thousand deep': ({ header, claims, signature }) =>
    join({ ...header, deep: deep(500) }, claims, signature),
  'a token in a token (cty JWT)': ({ header, token }) => `${encode({ ...header, cty: 'JWT' })}.${encode(token)}.AAAA`,
  'an issuer that is unknown': ({ header, claims }) =>
    signedByEvil(header, { ...claims, iss: 'https://evil.example.com' }),
  'an issuer as an array': ({ header, claims, signature }) => join(header, { ...claims, iss: [claims.iss] }, signature),
  'an issuer with a slash more': ({ header, claims, signature }) =>
    join(header, { ...claims, iss: `${claims.iss}/` }, signature),
  'an issuer in upper case': ({ header, claims, signature }) =>
    join(header, { ...claims, iss: String(claims.iss).toUpperCase() }, signature),
  'no issuer': ({ header, claims: { iss: _, ...claims }, signature }) => join(header, claims, signature),
}
