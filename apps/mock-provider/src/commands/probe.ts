import { existsSync } from 'node:fs'
import type { ConfigurationError } from '@gatehouse/configuration'
import type { Command, ExitCode, Output } from './command.ts'
import { refuseProduction } from './production.ts'

type Values = Parameters<Command['run']>[0]

const DEFAULT_FILE = 'probe.yaml'

export const probe: Command = {
  say: 'attacks a resource server with everything that can be wrong, and reports what it let through',
  operand: 'URL',
  flags: {
    config: {
      short: 'c',
      value: 'FILE',
      say: 'YAML or JSON: issuer, audience, scope, routes; probe.yaml where that exists',
    },
    html: { value: 'FILE', say: 'write the report as a page, too' },
    json: { value: 'FILE', say: 'write the report as JSON, too' },
    'allow-remote': { say: 'attack a host that is not this machine; ask its owner first' },
    'allow-production': { say: 'start although NODE_ENV is production' },
  },
  examples: ['mock-oidc probe http://127.0.0.1:4000 --config probe.yaml --html report.html'],
  run: probeTarget,
}

async function probeTarget(values: Values, output: Output): Promise<ExitCode> {
  const url = readUrl(values, output)
  if (url === undefined || refuseProduction('probe', values, output)) return 2
  const file = values.get('config')?.[0] ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined)
  if (file === undefined) {
    output.error('mock-oidc probe: --config is needed, a file that says issuer and routes\n')
    return 2
  }
  // Loaded here, so that help and refusals need none of it.
  const { attack } = await import('../probe/attack.ts')
  try {
    return await attack(url, file, { html: values.get('html')?.[0], json: values.get('json')?.[0] }, output)
  } catch (error) {
    if (!isConfigurationError(error)) throw error
    for (const line of error.message.split('\n')) output.error(`${line}\n`)
    return 2
  }
}

function readUrl(values: Values, output: Output): URL | undefined {
  const text = values.get('URL')?.[0]
  const refuse = (why: string): undefined => output.error(`mock-oidc probe: ${why}\n`) as undefined
  if (text === undefined) return refuse('the URL of a resource server is needed, such as http://127.0.0.1:4000')
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return refuse('the URL is no http or https URL')
  const url = new URL(text)
  if (url.pathname !== '/' || url.search !== '' || url.username !== '')
    return refuse('the URL is an origin such as http://127.0.0.1:4000; paths belong in the routes of --config')
  if (!isLoopback(url.hostname) && !values.has('allow-remote'))
    return refuse(`${url.hostname} is not this machine; --allow-remote attacks it all the same: ask its owner first`)
  return url
}

/** By name or number; nothing is looked up. */
const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)

const isConfigurationError = (error: unknown): error is ConfigurationError =>
  error instanceof Error && error.name === 'ConfigurationError'
