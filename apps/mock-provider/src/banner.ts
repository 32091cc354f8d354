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
  /** The identity system that it speaks as, whose paths are its own. */
  readonly preset: string | undefined
  /** The file with what clients must trust, where it speaks TLS. */
  readonly certificate: string | undefined
}

/** Names, never secrets: passwords and client secrets stay in the configuration, but for the built-in ones that the documentation prints as well. */
export function describeStart({
  issuer,
  url,
  users,
  clients,
  hasDemo,
  file,
  seed,
  preset,
  certificate,
}: Shown): string {
  const rows: [string, string][] = [
    ['issuer', issuer],
    ['listening', url],
    preset === undefined ? ['discovery', `${url}/.well-known/openid-configuration`] : ['paths', `${url}/_mock/preset`],
    ['control', `${url}/_mock`],
    ['users', list(users)],
    ['clients', list(clients)],
  ]
  if (preset !== undefined) rows.push(['preset', preset])
  if (seed !== undefined) rows.push(['seed', seed])
  if (file !== undefined) rows.push(['file', file])
  if (certificate !== undefined)
    rows.push(['trust', certificate], ['', `NODE_EXTRA_CA_CERTS=${certificate}, curl --cacert ${certificate}`])
  const curl = certificate === undefined ? 'curl -s' : `curl -s --cacert ${certificate}`
  return [
    'mock-oidc: a mock OpenID provider, for tests only. It lets anybody in: never use it in production.',
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(10)} ${value}`),
    '',
    `  $ ${hasDemo && preset === undefined ? demoLine(curl, url) : `${curl} ${url}/_mock/tokens -d '{}'`}`,
    '',
  ].join('\n')
}

const demoLine = (curl: string, url: string): string =>
  `${curl} -u demo:demo-secret -d grant_type=client_credentials ${url}/token`

const list = (names: readonly string[]): string =>
  names.length === 0
    ? 'none'
    : names.slice(0, 20).join(', ') + (names.length > 20 ? `, and ${names.length - 20} more` : '')
