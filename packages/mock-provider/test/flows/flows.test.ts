import t from 'tap'
import { OAUTH4WEBAPI } from './oauth4webapi.ts'
import { OPENID_CLIENT } from './openid-client.ts'
import { FLOWS } from './world.ts'

// The clients are those of npm, as they are published; each judges everything that it can judge of what it gets.
for (const [client, flows] of Object.entries({ 'openid-client': OPENID_CLIENT, oauth4webapi: OAUTH4WEBAPI })) {
  for (const flow of FLOWS) {
    const run = flows[flow]
    if (typeof run === 'function') t.test(`${client} goes the flow: ${flow}`, async t => void (await run(t)))
  }
}

t.test('what a client can not do is done by the other', async t => {
  const isMissing = (flows: Readonly<Record<string, unknown>>) => FLOWS.filter(flow => typeof flows[flow] === 'string')
  t.strictSame(isMissing(OPENID_CLIENT), [])
  t.strictSame(isMissing(OAUTH4WEBAPI), ['implicit'])
})
