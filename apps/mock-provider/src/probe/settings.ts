import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ConfigurationError, type Problem, parseDuration, type Schema } from '@gatehouse/configuration'
import type { MintRequest, MockProviderOptions } from '@gatehouse/mock-provider'
import { CLAIMS, DURATION, FLAG, group, named, say, TEXT, words } from '../schema/kinds.ts'
import { TENANT_PROPERTIES } from '../schema/tenant.ts'

/** One guarded route of the target. */
export interface ProbeRoute {
  readonly method: string
  /** As it is sent, with its query. */
  readonly path: string
  /** Status of the answer to a good token. */
  readonly expect: number
  readonly body: string | undefined
  readonly contentType: string
}

export interface ProbeSettings {
  /** `iss`; the provider is served there while the probe runs. */
  readonly issuer: string
  readonly listen: { readonly host: string; readonly port: number; readonly tls: boolean }
  readonly provider: MockProviderOptions
  readonly audience: string | readonly string[] | undefined
  readonly scope: string
  readonly sub: string
  readonly client: string
  readonly claims: NonNullable<MintRequest['claims']>
  /** How the target judges tokens, in the words of the gateway's configuration. */
  readonly tokens: 'jwt' | 'opaque' | 'either' | 'both'
  readonly header: string
  /** Empty for a header that holds the token alone. */
  readonly scheme: string
  readonly routes: readonly ProbeRoute[]
  /** A path that needs no token. */
  readonly publicPath: string | undefined
  /** By the name of a case: why it may pass. */
  readonly allow: Readonly<Record<string, string>>
  /** Milliseconds without a byte after which a malformed message counts as unanswered; a well-formed one has ten times as long. */
  readonly timeout: number
  /** PEM of what a target with TLS shows. */
  readonly ca: string | undefined
}

const route = group({
  method: say(TEXT, 'a method such as GET'),
  path: { type: 'string', pattern: '^/[!-~]*$', description: 'a path such as /orders/1, with its query' },
  expect: {
    type: 'integer',
    minimum: 200,
    maximum: 599,
    description: 'the status that a good token gets, such as 200',
  },
  body: { type: 'string', description: 'text that is sent with it' },
  contentType: say(TEXT, 'a media type'),
})

/** What probe.yaml may hold; shipped as probe.schema.json. */
export const probeSchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Configuration of mock-oidc probe',
  ...group({
    $schema: { type: 'string', description: "this schema's address, for editors" },
    issuer: { type: 'string', format: 'uri-http', description: 'the issuer that the target trusts, an http URL' },
    listen: group({
      host: TEXT,
      port: { type: 'integer', minimum: 1, maximum: 65_535, description: 'a port' },
      tls: say(FLAG, 'true (HTTPS with a generated certificate) or false'),
    }),
    audience: {
      type: ['string', 'array'],
      items: TEXT,
      minLength: 1,
      description: 'the audience that the target wants, or a list',
    },
    scope: { type: 'string', description: 'scopes that the routes want, separated by spaces' },
    sub: TEXT,
    client: TEXT,
    claims: say(CLAIMS, 'an object of claims that every token has'),
    tokens: say(words('jwt', 'opaque', 'either', 'both'), 'jwt, opaque, either or both: how the target judges tokens'),
    header: { type: 'string', pattern: "^[\\w!#$%&'*+.^`|~-]+$", description: 'the name of a header' },
    scheme: { type: 'string', description: 'the scheme before the token; empty for none' },
    routes: { type: 'array', minItems: 1, items: { ...route, required: ['path'] }, description: 'a list of routes' },
    public: { type: 'string', pattern: '^/[!-~]*$', description: 'a path that needs no token' },
    allow: named({ type: 'string', minLength: 10, description: 'the reason, at least ten letters' }, 'reasons by case'),
    timeout: DURATION,
    ca: say(TEXT, 'a PEM file, relative to the configuration'),
    provider: group({ seed: TEXT, ...TENANT_PROPERTIES }),
  }),
  required: ['issuer', 'routes'],
}

interface Written {
  readonly issuer: string
  readonly listen?: { readonly host?: string; readonly port?: number; readonly tls?: boolean }
  readonly audience?: string | readonly string[]
  readonly scope?: string
  readonly sub?: string
  readonly client?: string
  readonly claims?: ProbeSettings['claims']
  readonly tokens?: ProbeSettings['tokens']
  readonly header?: string
  readonly scheme?: string
  readonly routes: readonly { method?: string; path: string; expect?: number; body?: string; contentType?: string }[]
  readonly public?: string
  readonly allow?: Readonly<Record<string, string>>
  readonly timeout?: string | number
  readonly ca?: string
  readonly provider?: MockProviderOptions
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

/** Makes the file's object whole; `value` has the shape of the schema. Throws ConfigurationError. */
export async function completeProbe(value: unknown, file: string): Promise<ProbeSettings> {
  const written = value as Written
  const { protocol, hostname, port } = new URL(written.issuer)
  const problems: Problem[] = []
  if (protocol !== 'http:' && written.listen === undefined)
    problems.push({
      path: 'listen',
      message: 'is required',
      allowed: 'tls: true, or the address behind an https issuer',
    })
  const { provider = {}, allow = {}, timeout = '1s' } = written
  if (problems.length > 0) throw new ConfigurationError(problems)
  return {
    issuer: written.issuer,
    listen: {
      host: written.listen?.host ?? hostname.replace(/^\[|\]$/g, ''),
      port: written.listen?.port ?? Number(port === '' ? DEFAULT_PORTS[protocol] : port),
      tls: written.listen?.tls ?? false,
    },
    provider,
    audience: written.audience,
    scope: written.scope ?? '',
    sub: written.sub ?? 'alice',
    client: written.client ?? 'demo',
    claims: written.claims ?? {},
    tokens: written.tokens ?? 'jwt',
    header: written.header ?? 'authorization',
    scheme: written.scheme ?? 'Bearer',
    routes: written.routes.map(({ method = 'GET', path, expect = 200, body, contentType = 'application/json' }) => ({
      method,
      path,
      expect,
      body,
      contentType,
    })),
    publicPath: written.public,
    allow,
    timeout: (parseDuration(timeout) ?? 1) * 1000,
    ca: written.ca === undefined ? undefined : await readCa(resolve(dirname(file), written.ca)),
  }
}

async function readCa(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text !== undefined) return text
  throw new ConfigurationError([{ path: 'ca', message: 'can not be read', allowed: 'a PEM file' }])
}
