/** What the banner tells of a provider. */
export interface Shown {
  readonly issuer: string
  /** Where it listens. */
  readonly url: string
  readonly users: readonly string[]
  readonly clients: readonly string[]
  /** `demo` with its well-known secret is there, so that a curl line can use it. */
  readonly hasDemo: boolean
  /** The configuration file that was read. */
  readonly file: string | undefined
  readonly seed: string | undefined
}

/** Names, never secrets: passwords and client secrets stay in the configuration, but for the built-in ones that the documentation prints as well. */
export function describeStart({ issuer, url, users, clients, hasDemo, file, seed }: Shown): string {
  const rows: [string, string][] = [
    ['issuer', issuer],
    ['listening', url],
    ['discovery', `${url}/.well-known/openid-configuration`],
    ['control', `${url}/_mock`],
    ['users', list(users)],
    ['clients', list(clients)],
  ]
  if (seed !== undefined) rows.push(['seed', seed])
  if (file !== undefined) rows.push(['file', file])
  return [
    'mock-oidc: a mock OpenID provider, for tests only. It lets anybody in: never use it in production.',
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(10)} ${value}`),
    '',
    `  $ ${hasDemo ? demoLine(url) : `curl -s ${url}/_mock/tokens -d '{}'`}`,
    '',
  ].join('\n')
}

const demoLine = (url: string): string => `curl -s -u demo:demo-secret -d grant_type=client_credentials ${url}/token`

const list = (names: readonly string[]): string =>
  names.length === 0
    ? 'none'
    : names.slice(0, 20).join(', ') + (names.length > 20 ? `, and ${names.length - 20} more` : '')
