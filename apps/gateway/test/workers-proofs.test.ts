import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import type { JsonObject } from '@gatehouse/protocol'
import { makeKey, signToken } from '@gatehouse/testkit'
import t, { type Test } from 'tap'
import { configurationFor, listenUpstream, runConfiguration, token } from './gatehouse.ts'

const client = makeKey('ES256', 'client')
const { crv, kty, x, y } = client.jwk
const jwk = { crv, kty, x, y } as JsonObject
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url')
const bound = token({ cnf: { jkt: sha256(JSON.stringify(jwk)) } })

/** A gateway of two workers, and what a client that holds the key of the token says to it. */
async function start(t: Test) {
  const upstream = await listenUpstream(t, (_request, response) => response.end('fine'))
  const { child, url } = await runConfiguration(t, configurationFor(upstream, { workers: 2 }))
  const target = `${url}/orders/1`
  const prove = (claims: JsonObject): Record<string, string> => ({
    authorization: `DPoP ${bound}`,
    dpop: signToken(
      client,
      { jti: 'one', htm: 'GET', htu: target, iat: Math.floor(Date.now() / 1000), ath: sha256(bound), ...claims },
      { typ: 'dpop+jwt', jwk },
    ),
  })
  /** Without an agent on a connection of its own, which goes to the next worker. */
  const send = async (headers: Record<string, string>, agent = new Agent()) => {
    const [response] = (await once(request(target, { agent, headers }).end(), 'response')) as [IncomingMessage]
    response.resume()
    await once(response, 'end')
    return { status: response.statusCode, headers: response.headers }
  }
  /** Numbers of the workers that refused something so. */
  const refusedBy = (code: string) =>
    new Set(
      child
        .lines()
        .filter(line => line.code === code)
        .map(({ worker }) => worker),
    )
  return { child, prove, send, refusedBy }
}

t.test('a proof is accepted once, whichever workers it is sent to', async t => {
  const { prove, send, refusedBy } = await start(t)
  const headers = prove({})
  const statuses: unknown[] = []
  while (refusedBy('proof_replayed').size < 2 && statuses.length < 200) statuses.push((await send(headers)).status)
  t.equal(refusedBy('proof_replayed').size, 2, 'both workers were asked')
  t.equal(statuses[0], 200)
  t.ok(statuses.slice(1).every(status => status === 401))
  const parallel = prove({ jti: 'two' })
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(parallel)))
  t.same(answers.map(({ status }) => status).sort(), [200, 401, 401, 401, 401, 401, 401, 401])
})

t.test('a nonce that one worker gave is taken by every worker', async t => {
  const { prove, send, refusedBy } = await start(t)
  const nonces = new Set<string>()
  for (let i = 0; i < 200 && refusedBy('proof_invalid').size < 2; i++) {
    const { status, headers } = await send(prove({ iat: 7 }))
    t.equal(status, 401)
    nonces.add(String(headers['dpop-nonce']))
  }
  t.equal(refusedBy('proof_invalid').size, 2, 'both workers were asked')
  t.ok(nonces.size <= 2, 'one, or two where a minute ended')
  const nonce = [...nonces].at(-1) ?? ''
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => send(prove({ iat: 7, nonce, jti: `${i}` }))))
  t.ok(answers.every(({ status }) => status === 200))
})

t.test('while the primary does not answer no proof is accepted, and tokens that need none pass', async t => {
  const { child, prove, send } = await start(t)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => agent.destroy())
  const bearer = { authorization: `Bearer ${token()}` }
  t.equal((await send(bearer, agent)).status, 200)
  child.process.kill('SIGSTOP')
  const refused = await send(prove({}), agent)
  t.equal(refused.status, 503)
  t.equal(refused.headers['retry-after'], '1')
  t.equal((await send(bearer, agent)).status, 200)
  child.process.kill('SIGCONT')
  t.match(await child.line('request refused'), { code: 'issuer_unavailable', status: 503 })
  t.equal((await send(prove({ jti: 'two' }), agent)).status, 200)
})
