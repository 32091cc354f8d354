import { existsSync } from 'node:fs'
import { createMockProvider, type MockProvider, type MockProviderOptions } from '@gatehouse/mock-provider'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { Test } from 'tap'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'] as const

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const

/** One browser for a test file, without a window and with an empty profile, gone with the file. A missing one is a failure and never a skipped test. */
export async function launchBrowser(t: Test): Promise<Browser> {
  const executablePath = PLACES.find(path => existsSync(path))
  if (executablePath === undefined)
    throw new Error('The browser tests need Chromium: install it, on Debian with `apt-get install chromium`.')
  const browser = await chromium.launch({ executablePath, headless: true, args: [...FLAGS] })
  t.teardown(() => browser.close())
  return browser
}

export interface Opened {
  readonly page: Page
  readonly provider: MockProvider
  /** Origin of the provider, and its issuer. */
  readonly url: string
  /** What the page complained of: errors of scripts and of the content policy. */
  readonly complaints: readonly string[]
}

/** A provider on a port of its own and a window without any cookie, closed with the test. */
export async function openProvider(
  t: Test,
  browser: Browser,
  window: BrowserContextOptions = {},
  options: MockProviderOptions = {},
): Promise<Opened> {
  const provider = createMockProvider({ seed: 'browser', ...options })
  const { url, close } = await provider.listen({ port: 0 })
  const context = await browser.newContext(window)
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  t.teardown(async () => {
    await context.close()
    await close()
  })
  return { page, provider, url, complaints }
}
