import type { ConfigurationError } from '@gatehouse/configuration'
import type { StartOptions } from '../settings.ts'
import type { Command, ExitCode, Output } from './command.ts'
import { refuseProduction } from './production.ts'

type Values = Parameters<Command['run']>[0]

export const start: Command = {
  say: 'serves the provider until it is stopped',
  flags: {
    port: { value: '4010', say: 'port to listen on; 0 for any free one' },
    host: { value: '127.0.0.1', say: 'address to listen on' },
    issuer: { value: 'URL', say: 'the issuer, where it is not the origin that clients see' },
    preset: { value: 'NAME', say: 'the system whose paths, tokens and quirks it has' },
    tls: { say: 'HTTPS, with a certificate that is made for it and printed where it is' },
    'tls-cert': { value: 'FILE', say: 'HTTPS with a certificate of your own, PEM' },
    'tls-key': { value: 'FILE', say: 'and its key' },
    'tls-out': { value: 'FILE', say: 'where to write the certificate that clients must trust' },
    seed: { value: 'TEXT', say: 'the same seed and requests give the same bytes' },
    config: { short: 'c', value: 'FILE', say: 'YAML or JSON; mock-oidc.yaml where that exists' },
    'allow-production': { say: 'start although NODE_ENV is production' },
  },
  examples: ['mock-oidc start', 'mock-oidc start --port 0 --seed orders -c mock-oidc.yaml', 'mock-oidc start --tls'],
  run: startProvider,
}

async function startProvider(values: Values, output: Output): Promise<ExitCode> {
  if (refuseProduction('start', values, output)) return 2
  // Loaded here, so that help and refusals need none of it.
  const [{ readSettings }, { serve }] = await Promise.all([import('../settings.ts'), import('../serve.ts')])
  try {
    const settings: StartOptions = await readSettings(values)
    return await serve(settings, output)
  } catch (error) {
    if (!isConfigurationError(error)) throw error
    for (const line of error.message.split('\n')) output.error(`${line}\n`)
    return 2
  }
}

const isConfigurationError = (error: unknown): error is ConfigurationError =>
  error instanceof Error && error.name === 'ConfigurationError'
