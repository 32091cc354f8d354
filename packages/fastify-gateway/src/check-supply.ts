import { memberPath, type Problem, parseDuration } from '@gatehouse/configuration'
import { type IssuerConfig, readPrivateKey, signaturesOf } from '@gatehouse/verifier'
import type { FoundRoute } from './check-routes.ts'
import { isSource } from './identity.ts'
import { isRecord } from './record.ts'

/** What the tokens that upstreams get are made of, as it was found. */
export interface Supplies {
  readonly minting: unknown
  /** Whether the origin that clients see is what the gateway takes it to be. */
  readonly knowsOrigin: boolean
  readonly upstreams: unknown
  /** Issuers without a mistake of their own. */
  readonly configs: ReadonlyMap<string, IssuerConfig>
  readonly issuers: unknown
}

/** What the schema cannot say of `minting`. */
export function checkMinting(minting: unknown, at: string): Problem[] {
  if (!isRecord(minting)) return []
  return [...checkKey(minting, at), ...checkLifetime(minting.lifetime, `${at}.lifetime`)]
}

function checkLifetime(lifetime: unknown, at: string): Problem[] {
  const seconds = lifetime === undefined ? undefined : parseDuration(lifetime)
  if (seconds === undefined || (seconds >= 10 && seconds <= 3600)) return []
  return [{ path: at, message: 'is too short or too long', allowed: '10s to 1h' }]
}

function checkKey({ key, alg }: Record<string, unknown>, at: string): Problem[] {
  if (key === undefined) {
    // What is no algorithm of ours is a matter of the shape.
    if (alg === undefined || alg === 'ES256' || !/^(?:[EPR]S\d{3}|EdDSA)$/.test(String(alg))) return []
    return [{ path: `${at}.alg`, message: 'needs a key of its kind', allowed: 'ES256, or a key' }]
  }
  if (typeof key !== 'string' && !isRecord(key)) return []
  const read = readPrivateKey(typeof key === 'string' ? key : JSON.stringify(key))
  const fits = read === undefined ? [] : signaturesOf(read.key)
  if (read === undefined || fits.length === 0) {
    const allowed = 'a private JWK or PEM: RSA of 2048 bits or more, P-256, P-384, P-521 or Ed25519'
    return [{ path: `${at}.key`, message: 'is no key to sign with', allowed }]
  }
  const wanted = alg ?? read.alg
  if (wanted === undefined || fits.includes(String(wanted))) return []
  return [{ path: `${at}.alg`, message: 'does not fit the key', allowed: fits.join(', ') }]
}

/** What an upstream's own token needs: an issuer at which the gateway has credentials. */
export function checkUpstreamTokens({ upstreams, configs, issuers }: Supplies, path: string): Problem[] {
  if (!isRecord(upstreams)) return []
  return Object.entries(upstreams).flatMap(([name, upstream]) => {
    if (!isRecord(upstream) || !isRecord(upstream.token) || typeof upstream.token.issuer !== 'string') return []
    const { issuer } = upstream.token
    const at = `${memberPath(path, name)}.token.issuer`
    if (isRecord(issuers) && !Object.hasOwn(issuers, issuer)) {
      return [{ path: at, message: 'is no configured issuer', allowed: `one of ${Object.keys(issuers).join(', ')}` }]
    }
    return findPowerless([issuer], configs, at)
  })
}

/** What a route's `identity.token` needs, and what goes together with it. */
export function checkSupply({ auth, identity, upstream }: FoundRoute, supplies: Supplies, at: string): Problem[] {
  if (!isRecord(identity)) return []
  const problems: Problem[] = []
  const complain = (member: string, message: string, allowed: string) =>
    problems.push({ path: `${at}.identity.${member}`, message, allowed })
  const { token, mint, exchange, userinfo } = identity
  if (auth === 'public' && (token === 'mint' || token === 'exchange')) {
    complain('token', 'has nobody to speak of on a public route', 'strip or forward')
  }
  if (auth === 'public' && userinfo === true) complain('userinfo', 'has nobody to ask about on a public route', 'false')
  if (token !== 'mint' && mint !== undefined) complain('mint', 'is for token: mint', 'only with it')
  if (token !== 'exchange' && exchange !== undefined) complain('exchange', 'is for token: exchange', 'only with it')
  if (token !== undefined && token !== 'strip' && hasOwnToken(supplies.upstreams, upstream)) {
    complain('token', 'is one token and the upstream has another of its own', 'strip')
  }
  if (token === 'mint') problems.push(...checkMint(mint, supplies, `${at}.identity`))
  if (token === 'exchange' && isRecord(auth)) {
    const named = Array.isArray(auth.issuers) ? auth.issuers.map(String) : [...supplies.configs.keys()]
    problems.push(...findPowerless(named, supplies.configs, `${at}.identity.token`))
  }
  return problems
}

const hasOwnToken = (upstreams: unknown, name: unknown): boolean => {
  const upstream = isRecord(upstreams) && typeof name === 'string' ? upstreams[name] : undefined
  return isRecord(upstream) && upstream.token !== undefined
}

function findPowerless(names: readonly string[], configs: Supplies['configs'], at: string): Problem[] {
  const powerless = names.find(name => configs.has(name) && configs.get(name)?.grants === undefined)
  if (powerless === undefined) return []
  const allowed = `issuers.${powerless}.introspection.client with an id and credentials`
  return [{ path: at, message: `needs credentials at ${powerless}, which gives tokens to its clients`, allowed }]
}

/** What the gateway says itself, and what speaks of the caller's own token. */
const RESERVED: ReadonlySet<string> = new Set(['iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'cnf'])

function checkMint(mint: unknown, { minting, knowsOrigin }: Supplies, at: string): Problem[] {
  const own = isRecord(mint) ? mint : {}
  const problems: Problem[] = []
  if (!knowsOrigin && (minting === undefined || (isRecord(minting) && minting.issuer === undefined))) {
    const allowed = 'minting: { issuer }, or publicUrl'
    problems.push({ path: `${at}.token`, message: 'needs an issuer behind a proxy', allowed })
  }
  problems.push(...checkLifetime(own.lifetime, `${at}.mint.lifetime`))
  if (!isRecord(own.claims)) return problems
  for (const [name, source] of Object.entries(own.claims)) {
    const where = memberPath(`${at}.mint.claims`, name)
    if (RESERVED.has(name)) {
      problems.push({ path: where, message: 'is the gateway’s own to say', allowed: 'another name' })
    } else if (typeof source === 'string' && source !== '' && !isSource(source)) {
      const allowed = 'a pointer in which ~ is followed by 0 or 1'
      problems.push({ path: where, message: 'is no JSON Pointer', allowed })
    }
  }
  return problems
}
