import { checkShape, memberPath, type Problem } from '@gatehouse/configuration'
import type { Issuer } from '@gatehouse/protocol'
import { digestConfiguration } from '../digest.ts'
import { isJsonObject } from '../json.ts'
import type { IssuerOptions } from '../options.ts'
import type { IssuerConfig, KeySource, RevocationConfig, UserinfoConfig } from './config.ts'
import { isSafeEndpoint } from './endpoint.ts'
import { canAsk, parseIntrospection } from './parse-introspection.ts'
import { checkEndpoint, parseAlgorithms, parseKeySource } from './parse-keys.ts'
import { applyPreset } from './presets.ts'
import { issuerSchema, issuersSchema } from './schema.ts'
import { Problems, Section } from './section.ts'

export interface CheckedIssuers {
  readonly problems: Problem[]
  /** In the order written. Sound only where there are no problems; with problems they serve to check what refers to them. */
  readonly configs: IssuerConfig[]
}

/** The record without its members, which are judged one by one, each with its preset applied. */
const { additionalProperties: _, ...RECORD } = issuersSchema

/** Judges an `issuers` record, shape and meaning, presets applied. Lists every mistake; never throws. */
export function checkIssuers(value: unknown, path = 'issuers'): CheckedIssuers {
  const problems = new Problems()
  for (const problem of checkShape(RECORD, value, path)) problems.add(problem)
  if (!isJsonObject(value)) return { problems: problems.list, configs: [] }
  const configs = Object.entries(value).map(([name, options]) => {
    const at = memberPath(path, name)
    const merged: unknown = isJsonObject(options) ? applyPreset(options as unknown as IssuerOptions) : options
    for (const problem of checkShape(issuerSchema, merged, at)) problems.add(problem)
    return parseIssuer(name, new Section(merged, at, problems))
  })
  refuseTwins(configs, path, problems)
  return { problems: problems.list, configs }
}

function parseIssuer(name: string, issuer: Section): IssuerConfig {
  const ca = issuer.text('ca')
  if (ca !== undefined && !ca.includes('-----BEGIN CERTIFICATE-----')) {
    issuer.complain('ca', 'holds no certificate', 'certificates in PEM')
  }
  const tokens = parseTokens(issuer)
  const algorithms = parseAlgorithms(issuer)
  const keys = parseKeySource(issuer, algorithms)
  const isAsked = tokens !== 'jwt'
  const { introspection, grants } = isAsked || canAsk(issuer) ? parseIntrospection(issuer, isAsked) : NOT_ASKED
  const usesKeys = tokens !== 'opaque' || introspection?.accept === 'jwt' || issuer.has('revocation')
  if (usesKeys && keys.kind === 'remote' && keys.uri === undefined && !issuer.flag('discovery', true)) {
    issuer.complain('jwks', 'is required where nothing is discovered', 'jwks.uri, jwks.keys or secret')
  }
  const config = {
    name,
    issuer: parseIssuerString(issuer),
    audience: parseAudience(issuer),
    tokens,
    discovery: issuer.flag('discovery', true),
    algorithms,
    typ: issuer.choice('typ', ['any', 'at+jwt'], 'any'),
    clockTolerance: issuer.seconds('clockTolerance', 5, { least: 0, most: 600, say: '0s to 10m' }),
    keys: usesKeys ? keys : NO_KEYS,
    scopeSeparator: issuer.choice('scopeSeparator', ['space', 'comma'], 'space'),
    tls: ca === undefined ? undefined : { ca },
    insecureHttp: issuer.flag('allowInsecureHttp', false),
    introspection: isAsked ? introspection : undefined,
    grants,
    userinfo: parseUserinfo(issuer),
    revocation: parseRevocation(issuer),
  } as const
  return Object.freeze({ ...config, digest: digestConfiguration(plain(config)) })
}

const NO_KEYS: KeySource = { kind: 'none' }
const NOT_ASKED = { introspection: undefined, grants: undefined }

function parseUserinfo(issuer: Section): UserinfoConfig {
  const userinfo = issuer.section('userinfo')
  const cache = userinfo.section('cache')
  const endpoint = userinfo.text('endpoint')
  checkEndpoint(issuer, userinfo, 'endpoint', endpoint)
  return {
    endpoint,
    timeout: userinfo.seconds('timeout', 3, { least: 0.001, most: 60, say: '1ms to 60s' }),
    ttl: cache.seconds('ttl', 60, { least: 0, most: 86_400, say: '0s to 24h' }),
    entries: cache.whole('entries', 10_000),
  }
}

function parseRevocation(issuer: Section): RevocationConfig {
  const revocation = issuer.section('revocation')
  const one = revocation.text('audience') ?? issuer.section('introspection').section('client').text('id')
  const many = revocation.list('audience')?.filter(member => typeof member === 'string')
  const audience = new Set(many ?? (one === undefined ? [] : [one]))
  if (issuer.has('revocation') && audience.size === 0) {
    revocation.complain(
      'audience',
      'is required where the client has no id',
      'the aud of logout tokens and security events',
    )
  }
  return {
    audience,
    lifetime: revocation.seconds('lifetime', 86_400, { least: 60, most: 7_776_000, say: '1m to 90d' }),
  }
}

/** Sets and bytes as JSON can tell them apart. */
const plain = (value: object): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, member) =>
      member instanceof Set || member instanceof Uint8Array ? [...member] : member,
    ),
  )

/** OpenID Connect Discovery 1.0 section 3: a URL without query and fragment. What is compared with `iss` is the string as written. */
function parseIssuerString(issuer: Section): Issuer {
  const written = issuer.text('issuer') ?? ''
  if (written === '') return written as Issuer
  const isInsecure = issuer.flag('allowInsecureHttp', false)
  if (!URL.canParse(written)) issuer.complain('issuer', 'is not an absolute URL', HTTPS)
  else if (/[?#]/.test(written)) issuer.complain('issuer', 'has a query or a fragment', HTTPS)
  else if (!isSafeEndpoint(written, isInsecure)) issuer.complain('issuer', 'is not https', HTTPS)
  return written as Issuer
}

const HTTPS = 'an absolute https URL without query or fragment; http on loopback only, or with allowInsecureHttp: true'

function parseAudience(issuer: Section): ReadonlySet<string> | undefined {
  const one = issuer.text('audience')
  if (one === 'unchecked') return undefined
  const many = issuer.list('audience') ?? []
  if (many.includes('unchecked')) {
    issuer.complain('audience', 'has unchecked in a list', 'names, or the word unchecked alone')
  }
  return new Set(one === undefined ? many.filter(member => typeof member === 'string') : [one])
}

/**
 * `either` is the default. Where nothing says how to ask the issuer about a token, it comes down to `jwt`; whoever writes a mode that asks
 * must also say how.
 */
const parseTokens = (issuer: Section): IssuerConfig['tokens'] =>
  issuer.choice('tokens', ['jwt', 'opaque', 'either', 'both'], canAsk(issuer) ? 'either' : 'jwt')

/** Two configurations of one issuer would make it a matter of order which of them judges a token. */
function refuseTwins(configs: readonly IssuerConfig[], path: string, problems: Problems): void {
  const seen = new Map<string, string>()
  for (const { name, issuer } of configs) {
    const twin = seen.get(issuer)
    if (twin !== undefined && issuer !== '') {
      problems.add({
        path: memberPath(memberPath(path, name), 'issuer'),
        message: `is the issuer of ${memberPath(path, twin)} too`,
        allowed: 'each issuer once',
      })
    }
    seen.set(issuer, twin ?? name)
  }
}
