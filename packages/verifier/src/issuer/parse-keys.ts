import type { PublicJwk, SignatureAlgorithm } from '@gatehouse/protocol'
import { isJsonObject } from '../json.ts'
import { parseKey } from '../jwk.ts'
import type { KeySource } from './config.ts'
import { isSafeEndpoint } from './endpoint.ts'
import { ASYMMETRIC, SYMMETRIC } from './schema.ts'
import type { Section } from './section.ts'

/** RFC 7518 section 3.2: a key at least as long as the hash. Bytes. */
export const LEAST_SECRET: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 }

const REMOTE_ONLY = ['uri', 'maxAge', 'cooldown', 'staleIfError', 'timeout'] as const

/** The algorithms that the issuer's tokens may have. A public key and a secret never serve side by side: one would be taken for the other. */
export function parseAlgorithms(issuer: Section): ReadonlySet<SignatureAlgorithm> {
  const hasSecret = issuer.has('secret')
  const known = hasSecret ? SYMMETRIC : ASYMMETRIC
  const written = issuer.list('algorithms')
  if (written === undefined) return new Set(hasSecret ? ['HS256'] : ASYMMETRIC)
  for (const algorithm of written) {
    const isHmac = (SYMMETRIC as readonly unknown[]).includes(algorithm)
    if (isHmac && !hasSecret) issuer.complain('algorithms', 'has an HMAC algorithm without a secret', known.join(', '))
    if (hasSecret && !isHmac) issuer.complain('algorithms', 'has what a secret can not verify', known.join(', '))
  }
  return new Set(known.filter(algorithm => written.includes(algorithm)))
}

/** Where the keys of the issuer's JWTs come from. */
export function parseKeySource(issuer: Section, algorithms: ReadonlySet<SignatureAlgorithm>): KeySource {
  if (issuer.has('secret') && issuer.has('jwks')) {
    issuer.complain('secret', 'is not allowed beside jwks', 'secret or jwks')
  }
  const secret = issuer.text('secret')
  if (secret !== undefined) return parseSecret(issuer, secret, algorithms)
  const jwks = issuer.section('jwks')
  return jwks.has('keys') ? parseLocal(jwks) : parseRemote(issuer, jwks)
}

function parseSecret(issuer: Section, secret: string, algorithms: ReadonlySet<SignatureAlgorithm>): KeySource {
  const bytes = new TextEncoder().encode(secret)
  const least = Math.max(0, ...[...algorithms].map(algorithm => LEAST_SECRET[algorithm] ?? 0))
  if (bytes.length < least) issuer.complain('secret', 'is too short for its algorithms', `at least ${least} bytes`)
  return { kind: 'secret', secret: bytes }
}

function parseLocal(jwks: Section): KeySource {
  for (const name of REMOTE_ONLY) {
    if (jwks.has(name)) jwks.complain(name, 'has no meaning beside keys', 'keys alone, or uri with its timings')
  }
  const keys: PublicJwk[] = []
  const written = jwks.list('keys') ?? []
  const list = jwks.section('keys')
  written.forEach((value, index) => {
    if (!isJsonObject(value)) return
    if ('d' in value || 'k' in value) {
      list.complainAt(index, 'is a private or secret key', 'a public JWK')
    } else if (parseKey(value) === undefined) {
      list.complainAt(
        index,
        'is not a usable key',
        'a public signature JWK: RSA from 2048 to 8192 bits, P-256, P-384, P-521, Ed25519',
      )
    } else {
      keys.push(value as PublicJwk)
    }
  })
  return { kind: 'local', keys }
}

function parseRemote(issuer: Section, jwks: Section): KeySource {
  const uri = jwks.text('uri')
  checkEndpoint(issuer, jwks, 'uri', uri)
  return {
    kind: 'remote',
    uri,
    maxAge: jwks.seconds('maxAge', 600, { least: 0, most: 86_400, say: '0s to 24h' }),
    cooldown: jwks.seconds('cooldown', 30, { least: 0, most: 3600, say: '0s to 1h' }),
    staleIfError: jwks.seconds('staleIfError', 86_400, { least: 0, most: 604_800, say: '0s to 7d' }),
    timeout: jwks.seconds('timeout', 5, { least: 0.001, most: 60, say: '1ms to 60s' }),
  }
}

/** Complains about an endpoint that is not safe to ask. */
export function checkEndpoint(issuer: Section, section: Section, name: string, url: string | undefined): void {
  if (url === undefined || isSafeEndpoint(url, issuer.flag('allowInsecureHttp', false))) return
  section.complain(
    name,
    'is not a safe endpoint',
    'an absolute https URL; http on loopback only, or with allowInsecureHttp: true',
  )
}
