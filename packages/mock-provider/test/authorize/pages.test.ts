import { createHash } from 'node:crypto'
import t from 'tap'
import { Journey, type Reply } from '../journey.ts'

/** Every page of the authorize side, by name. */
async function pages(): Promise<[string, Reply][]> {
  const journey = new Journey({ users: { alice: { password: 'a' }, bob: { claims: { name: 'Bob <b>' } } } })
  const login = await journey.authorize()
  const wrong = await journey.submit(login, { username: 'alice', password: 'x' })
  const consent = await journey.authorize({ prompt: 'consent', login_hint: 'alice' })
  const choice = await journey.authorize({ prompt: 'select_account' })
  const failed = await journey.ask('/authorize?client_id=demo', { headers: { accept: 'text/html' } })
  const post = await journey.authorize({ response_mode: 'form_post' })
  return Object.entries({ login, wrong, consent, choice, failed, post })
}

t.test('every page says that it is a mock, and loads nothing from anywhere', async t => {
  for (const [name, { text, headers }] of await pages()) {
    t.match(text, /role="note" data-testid="banner">This is a mock provider/, name)
    t.match(text, /<html lang="en">/)
    t.notMatch(text.replace(/ (?:action|value)="[^"]*"/g, ''), /https?:\/\/|src=|<link|@import|url\(/, name)
    t.match(text, /prefers-color-scheme: dark/)
    t.equal(headers.get('cache-control'), 'no-store')
    t.equal(headers.get('referrer-policy'), 'no-referrer')
  }
})

t.test(
  'the policy of every page lets its own style in and nothing else, and no script but that of form_post',
  async t => {
    for (const [name, { text, headers }] of await pages()) {
      const policy = headers.get('content-security-policy') ?? ''
      const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? ''
      const hashOf = (source: string) => `'sha256-${createHash('sha256').update(source).digest('base64')}'`
      t.match(policy, `style-src ${hashOf(style)}`, name)
      t.match(policy, "default-src 'none'")
      t.match(policy, "frame-ancestors 'none'")
      t.notMatch(policy, 'unsafe')
      const script = /<script>([\s\S]*?)<\/script>/.exec(text)?.[1]
      t.equal(script !== undefined, name === 'post')
      if (script !== undefined) t.match(policy, `script-src ${hashOf(script)}`)
      t.notMatch(text, / style=| on\w+=/)
    }
  },
)

t.test('every field has a label, every button a text and a name for tests, and every page one heading', async t => {
  for (const [name, { text }] of await pages()) {
    t.equal([...text.matchAll(/<h1>/g)].length, 1, name)
    t.notMatch(text, /tabindex/, 'the order of the keyboard is that of the page')
    for (const [field] of text.matchAll(/<input (?!type="hidden"|type="checkbox")[^>]*>/g)) {
      const id = / id="([^"]*)"/.exec(field)?.[1]
      t.match(text, `<label for="${id}">`, `${name}: ${field}`)
    }
    for (const [box] of text.matchAll(/<label class="check"><input[^>]*>/g)) t.match(box, /data-testid="scope-/)
    for (const [, attributes, label] of text.matchAll(/<button ([^>]*)>([\s\S]*?)<\/button>/g)) {
      t.match(attributes, /type="submit".*data-testid=/, name)
      t.ok(label?.trim())
    }
    const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    t.equal(new Set(ids).size, ids.length, 'no id twice')
  }
})

t.test('a wrong password is said where the reader of a screen hears it', async t => {
  const found = (await pages()).find(([name]) => name === 'wrong')
  t.match(found?.[1].text, /role="alert" id="problem"[^>]*>Wrong username or password/)
  t.match(found?.[1].text, /id="password"[^>]*aria-describedby="problem" aria-invalid="true"/)
})

t.test('a form goes back to where the page came from, so that a tenant and a preset keep their own', async t => {
  const journey = new Journey({}, '/team/a')
  t.match((await journey.authorize()).text, 'action="/team/a/authorize"')
})
