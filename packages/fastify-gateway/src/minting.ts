import { constants, createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { parseDuration } from '@gatehouse/configuration'
import type { Claims, JsonValue } from '@gatehouse/protocol'
import { type Ports, type Principal, readPrivateKey, signaturesOf } from '@gatehouse/verifier'
import { findClaim, type HeaderSource, parseSource } from './identity.ts'
import type { MintingOptions, MintOptions } from './options.ts'

/** Signs what the gateway says of a principal, for one route. */
export type Mint = (principal: Principal, claims: Claims) => string

export interface Minting {
  /** The public key as a JWK Set (RFC 7517), for upstreams. */
  readonly jwks: string
  /** `audience` is what a token is for where nothing else is written. */
  mintFor(options: MintOptions, audience: string): Mint
}

/** Default life of a token, and the share of it at whose end the next one is made. */
const LIFETIME = '60s'
const SPARE = 0.2

interface Signer {
  readonly key: KeyObject
  readonly alg: string
  readonly kid: string
}

/**
 * Compiles `minting`, in which nothing was found wrong. Without a key of its own it makes one, which ends with the process. `origin` is
 * the issuer where none is written.
 */
export function compileMinting(options: MintingOptions, origin: () => string | undefined, ports: Ports): Minting {
  const signer = makeSigner(options)
  const { key, alg, kid } = signer
  const jwk = { ...createPublicKey(key).export({ format: 'jwk' }), kid, alg, use: 'sig' }
  return {
    jwks: JSON.stringify({ keys: [jwk] }),
    mintFor: (own, audience) =>
      compileMint({ origin, ...options, audience: own.audience ?? options.audience ?? audience }, own, signer, ports),
  }
}

function makeSigner({ key: written, alg }: MintingOptions): Signer {
  const read = written === undefined ? undefined : readPrivateKey(textOfKey(written))
  const key = read?.key ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  return { key, alg: alg ?? read?.alg ?? signaturesOf(key)[0] ?? 'ES256', kid: read?.kid ?? thumbprint(key) }
}

export const textOfKey = (key: NonNullable<MintingOptions['key']>): string =>
  typeof key === 'string' ? key : JSON.stringify(key)

/** RFC 7638 section 3: the required members in the order of their names. */
function thumbprint(key: KeyObject): string {
  const { kty, crv, x, y, n, e } = createPublicKey(key).export({ format: 'jwk' })
  const members = kty === 'RSA' ? { e, kty, n } : kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x }
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url')
}

interface Minted {
  readonly token: string
  /** Epoch seconds from which the next one is made. */
  readonly until: number
}

interface Known extends MintingOptions {
  readonly audience: string | readonly string[]
  readonly origin: () => string | undefined
}

function issuerOf({ issuer, origin }: Known): string {
  const known = issuer ?? origin()
  if (known === undefined) throw new Error('minting.issuer is needed where the origin of the listener is not known')
  return known
}

/** One signature for each principal, until a fifth of its token's life is left; the facts of a principal never change. */
function compileMint(general: Known, own: MintOptions, signer: Signer, ports: Ports): Mint {
  const lifetime = parseDuration(own.lifetime ?? general.lifetime ?? LIFETIME) ?? 0
  const sources = Object.entries(own.claims ?? {}).map(([name, source]) => ({ name, path: parseSource(source) }))
  const minted = new WeakMap<Principal, Minted>()
  return (principal, claims) => {
    const now = ports.now()
    const known = minted.get(principal)
    if (known !== undefined && now < known.until) return known.token
    const issuedAt = Math.floor(now)
    const end = principal.expiresAt === undefined ? Infinity : Math.floor(principal.expiresAt)
    const exp = Math.min(issuedAt + lifetime, end)
    const token = signToken(signer, {
      iss: issuerOf(general),
      aud: general.audience,
      sub: principal.subject ?? principal.client,
      client_id: principal.client,
      scope: principal.scopes.length === 0 ? undefined : principal.scopes.join(' '),
      ...select(claims, sources),
      iat: issuedAt,
      exp,
      jti: Buffer.from(ports.random(16)).toString('base64url'),
    })
    minted.set(principal, { token, until: exp === end ? end : exp - lifetime * SPARE })
    return token
  }
}

function select(
  claims: Claims,
  sources: readonly { readonly name: string; readonly path: HeaderSource['path'] }[],
): Record<string, JsonValue | undefined> {
  return Object.fromEntries(sources.map(({ name, path }) => [name, findClaim(claims, path) ?? undefined]))
}

/** A JWT in the profile of RFC 9068; what is undefined is left out. */
function signToken({ key, alg, kid }: Signer, claims: object): string {
  const input = `${encode({ alg, typ: 'at+jwt', kid })}.${encode(claims)}`
  return `${input}.${signBytes(key, alg, Buffer.from(input)).toString('base64url')}`
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** RFC 7518 section 3.1 and RFC 8037 section 3.1. */
function signBytes(key: KeyObject, alg: string, bytes: Buffer): Buffer {
  if (alg === 'EdDSA') return sign(null, bytes, key)
  const hash = `sha${alg.slice(2)}`
  if (alg.startsWith('ES')) return sign(hash, bytes, { key, dsaEncoding: 'ieee-p1363' })
  if (alg.startsWith('RS')) return sign(hash, bytes, key)
  return sign(hash, bytes, {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  })
}
