import { writeFile } from 'node:fs/promises'
import { ConfigurationError } from '@gatehouse/configuration'
import { createMockProvider, type Listening } from '@gatehouse/mock-provider'
import type { ExitCode, Output } from '../commands/command.ts'
import { readConfigurationFile } from '../file.ts'
import { writePage } from './page.ts'
import { exitCodeOf, writeReport } from './report.ts'
import { runProbe } from './run.ts'
import { completeProbe, type ProbeSettings, probeSchema } from './settings.ts'

/** Files that the report goes to, too. */
export interface Pages {
  readonly html: string | undefined
  readonly json: string | undefined
}

/** Serves the issuer that the target trusts, sends everything, and writes the report. Throws ConfigurationError. */
export async function attack(url: URL, file: string, pages: Pages, output: Output): Promise<ExitCode> {
  const settings = await completeProbe(await readConfigurationFile(file, probeSchema), file)
  const provider = createMockProvider({ ...settings.provider, issuer: settings.issuer })
  const listening = await listen(settings, provider)
  try {
    const secure = url.protocol === 'https:'
    const target = {
      url,
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port === '' ? (secure ? 443 : 80) : url.port),
      secure,
      ca: settings.ca,
    }
    const report = await runProbe(target, settings, provider)
    if (pages.html !== undefined) await writeFile(pages.html, writePage(report))
    if (pages.json !== undefined) await writeFile(pages.json, `${JSON.stringify(report, null, 2)}\n`)
    output.out(writeReport(report))
    return exitCodeOf(report)
  } finally {
    await listening.close()
  }
}

async function listen(
  { listen: where }: ProbeSettings,
  provider: ReturnType<typeof createMockProvider>,
): Promise<Listening> {
  try {
    return await provider.listen(where)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const message =
      code === 'EADDRINUSE' ? 'is taken: is a provider running there?' : `can not be listened on (${code})`
    throw new ConfigurationError([{ path: 'issuer', message: `${where.host}:${where.port} ${message}` }])
  }
}
