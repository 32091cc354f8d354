import fc from 'fast-check'
import t from 'tap'
import { createMockProvider } from '../src/index.ts'
import { NOON, ORIGIN } from './journey.ts'

/** RFC 6749 appendix A.1 and A.2: visible ASCII and space; beyond it nothing is a client's name. */
const text = fc.oneof(
  fc.stringMatching(/^[!-~](?:[ -~]{0,12}[!-~])?$/),
  fc
    .array(fc.constantFrom(':', '%', '%3A', '+', '&', '=', 'a', '"', '%2', '\\'), { minLength: 1, maxLength: 6 })
    .map(parts => parts.join('')),
)
/** RFC 6749 appendix B. */
const encode = (value: string): string => new URLSearchParams({ v: value }).toString().slice(2)
const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}`

async function statusOf(known: [string, string], shown: [string, string], inBody: boolean): Promise<[number, unknown]> {
  const provider = createMockProvider({
    issuer: ORIGIN,
    unknownClients: 'listed',
    clients: { [known[0]]: { client_secret: known[1], grant_types: ['client_credentials'] } },
    ports: { now: () => NOON },
  })
  const [id, secret] = shown
  const form = new URLSearchParams({ grant_type: 'client_credentials' })
  if (inBody)
    for (const [name, value] of [
      ['client_id', id],
      ['client_secret', secret],
    ] as const)
      form.set(name, value)
  const response = await provider.fetch(
    new Request(`${ORIGIN}/token`, {
      method: 'POST',
      body: form,
      headers: inBody ? {} : { authorization: basic(id, secret) },
    }),
  )
  return [response.status, ((await response.json()) as { error?: unknown }).error]
}

t.test('a client is let in by its name and secret, in whichever way they are sent and whatever is in them', async t => {
  await fc.assert(
    fc.asyncProperty(text, text, fc.boolean(), async (id, secret, inBody) => {
      const [status, error] = await statusOf([id, secret], [id, secret], inBody)
      if (status !== 200) throw new Error(`${status} ${error}`)
    }),
    { numRuns: 150 },
  )
  t.pass('each of them')
})

t.test('another secret or another name is invalid_client, however close it is', async t => {
  const near = fc.constantFrom<(secret: string) => string>(
    secret => `${secret} `,
    secret => `${secret}\0`,
    secret => secret.slice(0, -1),
    secret => secret.toUpperCase(),
    secret => encodeURIComponent(secret),
    secret => `:${secret}`,
    () => '',
  )
  await fc.assert(
    fc.asyncProperty(text, text, near, fc.boolean(), fc.boolean(), async (id, secret, change, isName, inBody) => {
      const shown: [string, string] = isName ? [change(id), secret] : [id, change(secret)]
      fc.pre(shown[0] !== id || shown[1] !== secret)
      const [status, error] = await statusOf([id, secret], shown, inBody)
      if (status < 400 || status > 401 || (error !== 'invalid_client' && error !== 'invalid_request'))
        throw new Error(`${status} ${error}`)
    }),
    { numRuns: 200 },
  )
  t.pass('each of them')
})
