import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { launchBrowser, type Opened, openProvider } from '../../src/browser.ts'

const browser = await launchBrowser(t)

async function openInspector(t: Test, view = '', tenant = '', window = {}): Promise<Opened> {
  const opened = await openProvider(t, browser, window)
  await opened.page.goto(`${opened.url}${tenant}/_mock/#${view}`)
  await opened.page.locator('html[data-ready]').waitFor()
  return opened
}

/** What the last thing that was done says to whoever can not see it. */
const said = (page: Page, text: string) => page.getByTestId('status').filter({ hasText: text }).waitFor()

t.test('the same address is a page for a browser and a list of calls for a program', async t => {
  const { page, url, complaints } = await openInspector(t)
  t.match(await page.getByTestId('banner').textContent(), 'mock')
  t.equal(await page.getByTestId('issuer').textContent(), url)
  const list = await fetch(`${url}/_mock/`)
  t.match(list.headers.get('content-type'), 'application/json')
  t.strictSame(((await list.json()) as Record<string, unknown>)['/_mock/tenants'], ['GET'])
  t.equal((await fetch(`${url}/_mock/inspector/passwd`)).status, 404)
  t.strictSame(complaints, [], 'the content policy is not broken')
})

t.test('the clock is frozen, moved, set and let run', async t => {
  const { page, provider } = await openInspector(t)
  await page.getByTestId('clock-freeze').click()
  await said(page, 'is frozen')
  t.ok(provider.clock.frozen)
  const before = provider.clock.now()
  await page.getByTestId('clock-advance-1h').click()
  await said(page, 'is frozen')
  await page.getByLabel('Move by').fill('-10m')
  await page.getByTestId('clock-move').click()
  await page.getByLabel('Set to').fill('2030-01-01')
  t.equal(await page.getByTestId('clock-problem').isVisible(), false)
  await page.waitForFunction(`document.querySelector('[data-testid=clock-now]').textContent.length > 10`)
  await page.getByTestId('clock-set-button').click()
  await page.getByTestId('clock-now').filter({ hasText: '2030-01-01 00:00:00 UTC' }).waitFor()
  t.equal(provider.clock.now(), Date.UTC(2030, 0, 1) / 1000)
  t.ok(provider.clock.now() > before)
  await page.getByTestId('clock-freeze').click()
  await page.getByTestId('clock-state').filter({ hasText: 'running' }).waitFor()
  t.notOk(provider.clock.frozen)
  await page.getByLabel('Move by').fill('soon')
  await page.getByTestId('clock-move').click()
  const problem = page.getByTestId('clock-problem')
  await problem.waitFor()
  t.match(
    await problem.textContent(),
    '400: invalid_request: advance: must be a duration',
    'as the control plane says it',
  )
})

t.test('a key is rotated, and is not in the JWKS until a minute later', async t => {
  const { page, provider } = await openInspector(t, 'keys')
  const before = provider.keys.list().find(key => key.alg === 'ES256')
  await page.getByTestId('rotate-alg').selectOption('ES256')
  await page.getByTestId('rotate-publish').selectOption('late')
  await page.getByTestId('rotate').click()
  await said(page, 'The new ES256 key is')
  const after = provider.keys.list().find(key => key.alg === 'ES256' && key.current)
  t.not(after?.kid, before?.kid)
  const row = page.getByTestId('key').filter({ hasText: after?.kid ?? '' })
  t.match(await row.textContent(), 'not in the JWKS')
  await page.getByTestId('clock-advance-1m').click()
  await row.filter({ hasNotText: 'not in the JWKS' }).waitFor()
  t.ok(provider.keys.list().find(key => key.alg === 'ES256' && key.current)?.published)
})

t.test('a user is edited, made and deleted, and no password is on the page', async t => {
  const { page, provider } = await openInspector(t, 'users')
  const json = page.getByTestId('users-json')
  await page.getByTestId('user-bob').click()
  t.notMatch(await json.inputValue(), '"password": "bob"')
  await json.fill('{ "password": "(unchanged)", "claims": { "name": "Robert" } }')
  await page.getByTestId('users-save').click()
  await said(page, 'Saved the user bob')
  t.match(provider.users.get('bob'), { password: 'bob', claims: { name: 'Robert' } })

  await page.getByTestId('users-new').click()
  await page.getByTestId('users-name').fill('carol/1')
  await json.fill('{ "password": "c" }')
  await page.getByTestId('users-save').click()
  await said(page, 'Saved the user carol/1')
  t.equal(provider.users.get('carol/1')?.password, 'c')
  t.notMatch(await json.inputValue(), '"c"')
  await page.getByTestId('users-delete').click()
  await said(page, 'Deleted the user carol/1')
  t.equal(provider.users.get('carol/1'), undefined)

  await page.getByTestId('user-alice').click()
  await json.fill('{ "pasword": "x" }')
  await page.getByTestId('users-save').click()
  await page.getByTestId('users-problem').filter({ hasText: 'pasword' }).waitFor()
  await json.fill('{')
  await page.getByTestId('users-save').click()
  await page.getByTestId('users-problem').filter({ hasText: 'is not JSON' }).waitFor()
  t.equal(provider.users.get('alice')?.password, 'alice')
})

t.test('a token is minted, decoded, explained and verified', async t => {
  const { page, provider, complaints } = await openInspector(t, 'mint')
  await page.getByLabel('Scope').fill('orders:read')
  await page.getByLabel('Lifetime').fill('10m')
  await page.getByLabel('Claims', { exact: false }).first().fill('{ "groups": ["admins"] }')
  await page.getByTestId('mint').click()
  await page.getByTestId('claims-groups').waitFor()
  t.match(await page.getByTestId('claims-scope').textContent(), 'It allows orders:read.')
  t.match(await page.getByTestId('claims-exp').textContent(), /It ends in (?:10 minutes|9 minutes)/)
  t.match(await page.getByTestId('header-alg').textContent(), 'It is signed with RS256.')
  t.match(await page.getByTestId('check-signature').textContent(), 'Signature holds')
  t.match(await page.getByTestId('check-state').textContent(), 'active access token')

  await page.getByTestId('clock-advance-1h').click()
  await page.getByTestId('check-time').filter({ hasText: 'Time fails' }).waitFor()
  const minted = await page.getByTestId('token').inputValue()
  provider.clock.advance('-1h')
  provider.revoke({ token: minted })
  await page.getByTestId('read-token').click()
  // It was not active before either, by its time.
  await page.getByTestId('check-time').filter({ hasText: 'Time holds' }).waitFor()
  t.match(await page.getByTestId('check-state').textContent(), 'not active')
  t.strictSame(complaints, [])
})

t.test('a token is broken on purpose, with what a correct resource server answers', async t => {
  const { page } = await openInspector(t, 'defects')
  await page.getByLabel('Search').first().fill('alg_none')
  await page.getByTestId('use-alg_none').click()
  await page.getByTestId('view-mint').waitFor()
  await page.getByTestId('mint-defect-say').filter({ hasText: '401 invalid_token (algorithm_not_allowed)' }).waitFor()
  await page.getByTestId('mint').click()
  await page.getByTestId('check-signature').filter({ hasText: 'Signature fails' }).waitFor()
  t.match(await page.getByTestId('header-alg').textContent(), 'Nobody signed this')
})

t.test('a request appears in the journal by itself, and unfolds to what came without its secrets', async t => {
  const { page, url } = await openInspector(t)
  await page.getByTestId('journal-rows').filter({ hasText: 'Nothing was asked yet' }).waitFor()
  await fetch(`${url}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'demo', client_secret: 'demo-secret' }),
  })
  await fetch(`${url}/authorize?client_id=demo&response_type=token&redirect_uri=${url}/x`, { redirect: 'manual' })
  const rows = page.getByTestId('journal-row')
  await rows.nth(1).waitFor()
  t.match(
    await rows.first().textContent(),
    'flow_deprecated',
    'the newest is first, with what is to be said against it',
  )
  await page.getByTestId('journal-toggle-1').click()
  const raw = (await page.getByTestId('raw-1').textContent()) ?? ''
  t.match(raw, 'POST /token HTTP/1.1')
  t.match(raw, 'client_id=demo')
  t.notMatch(raw, 'demo-secret')
  t.notMatch(await page.content(), 'demo-secret')
  await page.getByLabel('Endpoint').first().selectOption('authorize')
  await rows.nth(1).waitFor({ state: 'detached' })
  t.equal(await rows.count(), 1)
})

t.test('a fault is put in force and lifted', async t => {
  const { page, provider, url } = await openInspector(t, 'faults')
  await page.getByLabel('Endpoint').last().selectOption('jwks')
  await page.getByLabel('Status').fill('503')
  await page.getByTestId('fault-add').click()
  await said(page, 'is in force')
  t.equal((await fetch(`${url}/jwks`)).status, 503)
  await page.getByRole('button', { name: /^Lift/ }).click()
  await said(page, '1 lifted')
  t.equal(provider.faults.list().length, 0)
})

t.test('a tenant has an inspector of its own, and its reset leaves the others alone', async t => {
  const { page, provider, url } = await openInspector(t, 'tenants', '/team/a')
  const other = provider.tenant('/team/a')
  provider.clock.freeze()
  other.clock.freeze()
  t.equal(await page.getByTestId('issuer').textContent(), `${url}/team/a`)
  page.on('dialog', dialog => void dialog.accept())
  await page.getByTestId('reset').click()
  await said(page, 'as new')
  t.notOk(other.clock.frozen)
  t.ok(provider.clock.frozen)
  await page.getByLabel('Tenant', { exact: true }).selectOption('')
  await page.getByTestId('issuer').filter({ hasNotText: 'team' }).waitFor()
  t.equal(page.url(), `${url}/_mock/#tenants`)
})

t.test('the inspector is used by keyboard alone', async t => {
  const { page, provider } = await openInspector(t, '', '', { colorScheme: 'dark' })
  const focused = () =>
    page.evaluate('document.activeElement.dataset.testid ?? document.activeElement.textContent') as Promise<string>
  const order: string[] = []
  for (let step = 0; step < 6; step++) {
    await page.keyboard.press('Tab')
    order.push(await focused())
  }
  t.strictSame(order, ['Skip to the content', 'tenant-switch', 'live', 'go-journal', 'go-mint', 'go-defects'])
  t.equal(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), 'solid')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByTestId('key').first().waitFor()
  t.equal(await focused(), 'Keys', 'the focus is at the start of the view')
  while ((await focused()) !== 'rotate') await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await said(page, 'The new RS256 key is')
  t.equal(provider.keys.list().filter(key => key.alg === 'RS256').length, 2)
  const unnamed = await page.evaluate(`Array.from(document.querySelectorAll('input, select, textarea, button'))
    .filter(field => !field.labels?.length && !field.getAttribute('aria-label') && !field.textContent.trim())
    .map(field => field.dataset.testid)`)
  t.strictSame(unnamed, [], 'every control has a name')
})

t.test('it is light or dark as the browser is, and nothing is cut off on a narrow screen', async t => {
  const papers: unknown[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = await openInspector(t, 'mint', '', { colorScheme, viewport: { width: 400, height: 800 } })
    papers.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'))
    t.ok(
      await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
      `${colorScheme}: no sideways scrolling`,
    )
  }
  t.strictSame(papers, ['rgb(246, 246, 248)', 'rgb(19, 19, 22)'])
})

t.test('where there is no room beside a view the clock comes after it, and goes back with the room', async t => {
  const { page } = await openInspector(t, 'mint', '', { viewport: { width: 400, height: 800 } })
  const isAfter = () =>
    page.evaluate(`{
      const [main, clock] = [document.querySelector('main'), document.querySelector('[data-testid=clock]')]
      const follows = (main.compareDocumentPosition(clock) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
      follows && clock.getBoundingClientRect().top >= main.getBoundingClientRect().bottom
    }`)
  t.equal(await isAfter(), true)
  await page.setViewportSize({ width: 1400, height: 800 })
  await page.locator('.side').getByTestId('clock').waitFor()
  t.equal(await isAfter(), false)
})

t.test('without scripts the page says what works instead', async t => {
  const { page, url } = await openProvider(t, browser, { javaScriptEnabled: false })
  await page.goto(`${url}/_mock/`)
  t.match(await page.locator('noscript').textContent(), 'curl')
})
