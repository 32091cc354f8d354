import { createMockProvider, type Listening, type MockProvider } from '@gatehouse/mock-provider'
import { describeStart } from './banner.ts'
import type { ExitCode, Output } from './commands/command.ts'
import { timers } from './ports.ts'
import type { StartOptions } from './settings.ts'
import { writeCertificate } from './tls.ts'

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM']

/** Listens until a signal comes, then ends every connection at once and answers 0. Throws ConfigurationError. */
export async function serve(settings: StartOptions, output: Output): Promise<ExitCode> {
  const { provider: options, file } = settings
  const provider = createMockProvider({ ...options, ports: timers })
  const listening = await tryListen(provider, settings, output)
  if (listening === undefined) return 1
  const stopped = nextSignal()
  const { certificate } = listening
  const written = certificate === undefined ? undefined : await writeCertificate(certificate, settings.tlsOut)
  const { users, clients } = provider
  const demo = clients.get('demo')
  output.out(
    describeStart({
      issuer: provider.issuer,
      url: listening.url,
      users: Array.from(users.entries(), ([sub]) => sub),
      clients: Array.from(clients.entries(), ([id]) => id),
      hasDemo: demo?.secret === 'demo-secret',
      file,
      seed: options.seed,
      preset: options.preset ?? undefined,
      certificate: written?.file,
    }),
  )
  await stopped
  await listening.close()
  await written?.remove()
  return 0
}

const nextSignal = (): Promise<void> =>
  new Promise(resolve => {
    for (const signal of SIGNALS) process.once(signal, () => resolve())
  })

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken: stop what holds it, or give another with --port',
  EACCES: 'is not allowed to this user: give one from 1024 with --port',
  EADDRNOTAVAIL: 'is no address of this machine: give another with --host',
  ENOTFOUND: 'is no address of this machine: give another with --host',
}

async function tryListen(
  provider: MockProvider,
  { host, port, tls }: StartOptions,
  output: Output,
): Promise<Listening | undefined> {
  try {
    return await provider.listen({ host, port, tls })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code.startsWith('ERR_OSSL')) {
      output.error('mock-oidc start: --tls-cert and --tls-key do not belong together, or are none\n')
      return undefined
    }
    const reason = REASONS[code]
    if (reason === undefined) throw error
    output.error(`mock-oidc start: port ${port} on ${host} ${reason}\n`)
    return undefined
  }
}
