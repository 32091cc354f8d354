import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { launchBrowser, type Opened, openProvider } from '../../src/browser.ts'

const application = createServer((_, response) => {
  response.setHeader('content-type', 'text/html').end('<link rel="icon" href="data:,"><h1>Application</h1>')
}).listen(0, '127.0.0.1')
await once(application, 'listening')
t.teardown(() => application.close().closeAllConnections())
const APP = `http://127.0.0.1:${(application.address() as AddressInfo).port}`
const browser = await launchBrowser(t)

/** A window at the start of a login. */
async function startLogin(t: Test, { javaScript = true, more = {} } = {}): Promise<Opened> {
  const opened = await openProvider(t, browser, { javaScriptEnabled: javaScript })
  await opened.page.route(`${APP}/**`, route =>
    route.fulfill({ contentType: 'text/html', body: '<h1>Application</h1>' }),
  )
  await authorize(opened, more)
  return opened
}

const authorize = ({ page, url }: Opened, more: Record<string, string> = {}) =>
  page.goto(
    `${url}/authorize?${new URLSearchParams({
      client_id: 'demo',
      redirect_uri: `${APP}/callback`,
      response_type: 'code',
      scope: 'openid email',
      state: 'here',
      nonce: 'n',
      ...more,
    })}`,
  )

/** What came back to the application. */
async function landing({ page }: Opened): Promise<URLSearchParams> {
  await page.waitForURL(`${APP}/**`)
  return new URL(page.url()).searchParams
}

async function subjectOf({ url }: Opened, code: string): Promise<string> {
  const response = await fetch(`${url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('demo:demo-secret')}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: `${APP}/callback` }),
  })
  const { id_token } = (await response.json()) as { id_token: string }
  return JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString()).sub
}

for (const javaScript of [true, false]) {
  const how = javaScript ? 'with scripts' : 'without scripts'

  t.test(`one click logs a user in, ${how}`, async t => {
    const opened = await startLogin(t, { javaScript })
    t.match(await opened.page.getByTestId('banner').textContent(), 'mock')
    await opened.page.getByTestId('user-bob').click()
    const parameters = await landing(opened)
    t.equal(parameters.get('state'), 'here')
    t.equal(await subjectOf(opened, parameters.get('code') ?? ''), 'bob')
    t.strictSame(opened.complaints, [])
  })

  t.test(`a password logs a user in, a wrong one does not, ${how}`, async t => {
    const opened = await startLogin(t, { javaScript })
    const { page } = opened
    await page.getByLabel('Username').fill('alice')
    await page.getByLabel('Password').fill('wrong')
    await page.getByTestId('log-in').click()
    t.match(await page.getByRole('alert').textContent(), /wrong/i)
    t.equal(
      await page.getByLabel('Username').inputValue(),
      'alice',
      'the name stays, so that only the password is typed again',
    )
    t.equal(await page.getByLabel('Password').inputValue(), '')
    await page.getByLabel('Password').fill('alice')
    await page.keyboard.press('Enter')
    t.equal(await subjectOf(opened, (await landing(opened)).get('code') ?? ''), 'alice')
  })

  t.test(`a user can refuse, ${how}`, async t => {
    const opened = await startLogin(t, { javaScript })
    await opened.page.getByTestId('deny').click()
    const parameters = await landing(opened)
    t.equal(parameters.get('error'), 'access_denied')
    t.equal(parameters.get('code'), null)
  })

  t.test(`an answer by form_post arrives, ${how}`, async t => {
    const opened = await startLogin(t, { javaScript, more: { response_mode: 'form_post' } })
    const posted = opened.page.waitForRequest(`${APP}/callback`)
    await opened.page.getByTestId('user-alice').click()
    if (!javaScript) await opened.page.getByTestId('continue').click()
    const form = new URLSearchParams((await posted).postData() ?? '')
    t.equal(form.get('state'), 'here')
    t.ok(form.get('code'))
  })
}

t.test('consent allows some scopes and not others', async t => {
  const opened = await startLogin(t, { more: { prompt: 'login consent', scope: 'openid email phone' } })
  const { page } = opened
  await page.getByTestId('user-alice').click()
  t.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Allow access?')
  t.ok(await page.getByTestId('scope-openid').isDisabled())
  await page.getByTestId('scope-phone').uncheck()
  await page.getByTestId('allow').click()
  const code = (await landing(opened)).get('code') ?? ''
  const response = await fetch(`${opened.url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('demo:demo-secret')}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: `${APP}/callback` }),
  })
  t.equal(((await response.json()) as { scope: string }).scope, 'openid email')
  t.strictSame(opened.complaints, [])
})

t.test('a second user is chosen beside the first, and is the one logged in', async t => {
  const opened = await startLogin(t)
  await opened.page.getByTestId('user-alice').click()
  await landing(opened)
  await authorize(opened, { prompt: 'select_account' })
  t.match(await opened.page.getByTestId('account-form').textContent(), 'Logged in')
  await opened.page.getByTestId('user-bob').click()
  t.equal(await subjectOf(opened, (await landing(opened)).get('code') ?? ''), 'bob')
})

t.test('a user logs out, and is asked to log in again', async t => {
  const opened = await startLogin(t)
  const { page, url } = opened
  await page.getByTestId('user-alice').click()
  await landing(opened)
  await authorize(opened)
  await landing(opened)
  await page.goto(`${url}/logout`)
  t.equal(await page.getByTestId('sub').textContent(), 'alice')
  await page.getByTestId('log-out').click()
  await page.getByTestId('logged-out').waitFor()
  await authorize(opened)
  t.ok(await page.getByTestId('user-alice').isVisible())
  t.strictSame(opened.complaints, [])
})

t.test('a device is connected by its code, and a wrong code is explained', async t => {
  const opened = await openProvider(t, browser, { javaScriptEnabled: false })
  const { page, url } = opened
  const asked = await fetch(`${url}/device_authorization`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('demo:demo-secret')}` },
    body: new URLSearchParams({ scope: 'openid' }),
  })
  const { user_code, device_code } = (await asked.json()) as { user_code: string; device_code: string }
  await page.goto(`${url}/device`)
  await page.getByLabel('Code').fill('WRONG')
  await page.getByTestId('continue').click()
  t.match(await page.getByRole('alert').textContent(), 'unknown')
  await page.getByLabel('Code').fill(user_code)
  await page.getByTestId('continue').click()
  t.equal(await page.getByTestId('shown-code').textContent(), user_code)
  await page.getByTestId('user-alice').click()
  await page.getByTestId('decided').waitFor()
  const token = await fetch(`${url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('demo:demo-secret')}` },
    body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code }),
  })
  t.equal(token.status, 200)
})

t.test('the login page is used by keyboard alone', async t => {
  const opened = await startLogin(t)
  const { page } = opened
  const focused = () => page.evaluate('document.activeElement.dataset.testid') as Promise<string>
  const order: string[] = []
  for (let step = 0; step < 6; step++) {
    await page.keyboard.press('Tab')
    order.push(await focused())
  }
  t.strictSame(order, ['username', 'password', 'log-in', 'user-alice', 'user-bob', 'deny'])
  await page.keyboard.press('Shift+Tab')
  const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')
  t.equal(outline, 'solid', 'whoever has no mouse sees where they are')
  await page.keyboard.press('Enter')
  t.equal(await subjectOf(opened, (await landing(opened)).get('code') ?? ''), 'bob')
})
