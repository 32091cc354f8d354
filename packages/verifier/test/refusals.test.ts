import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { JsonObject } from '@gatehouse/protocol'
import { fakePorts, json, makeKey, signToken } from '@gatehouse/testkit'
import t, { type Test } from 'tap'
import { createVerifier, STAGE_CHANNEL } from '../src/index.ts'
import { API, codeOf, ISSUER, JWKS } from './scene.ts'

const key = makeKey()

function set() {
  const net = fakePorts()
  net.on(JWKS, () => json({ keys: [key.jwk] }))
  const main = { issuer: ISSUER, audience: API, tokens: 'jwt', jwks: { uri: JWKS } } as const
  const other = { ...main, issuer: `${ISSUER}/other` }
  const verifier = createVerifier({ issuers: { main, other } }, net.ports)
  const everywhere = verifier.policy({})
  const token = (claims: JsonObject = {}, header: JsonObject = {}): string =>
    signToken(key, { iss: ISSUER, aud: API, sub: 'alice', exp: net.now() + 300, ...claims }, header)
  const ask = async (text: string, policy = everywhere): Promise<string> =>
    codeOf(
      await verifier.authenticate(
        { method: 'GET', target: '/', rawHeaders: ['Authorization', `Bearer ${text}`], certificate: () => undefined },
        policy,
      ),
    )
  return { net, verifier, token, ask }
}

/** How often JSON is read while `work` is done. */
async function countReads(t: Test, work: () => Promise<unknown>): Promise<number> {
  const calls = t.capture(JSON, 'parse', JSON.parse)
  await work()
  calls.restore()
  return calls().length
}

t.test(
  'what was refused for good is refused again without being read again, and its refusal told as before',
  async t => {
    const { ask, token, net } = set()
    const told: unknown[] = []
    const listen = (event: unknown) => void told.push(event)
    subscribe(STAGE_CHANNEL, listen)
    t.teardown(() => unsubscribe(STAGE_CHANNEL, listen))
    for (const [text, code] of [
      [token({ iss: 'https://elsewhere.example' }), 'issuer_unknown'],
      [token({}, { alg: 'none' }), 'algorithm_not_allowed'],
      [token({}, { typ: 'logout+jwt' }), 'token_type_mismatch'],
      [token({ exp: net.now() - 300 }), 'token_expired'],
      [token({ exp: undefined as never }), 'claim_missing'],
    ] as const) {
      told.length = 0
      t.equal(await ask(text), code)
      const first = told.splice(0).at(-1)
      t.equal(await countReads(t, async () => t.equal(await ask(text), code)), 0, code)
      t.strictSame(told.at(-1), first)
      t.equal(told.length, 2, 'of the stages that it passes again')
    }
  },
)

t.test('what may yet be good is judged anew', async t => {
  const { ask, token, net } = set()
  const early = token({ nbf: net.now() + 20, exp: net.now() + 600 })
  t.equal(await ask(early), 'token_not_yet_valid')
  net.advance(20)
  t.equal(await ask(early), 'ok')
})

t.test('what another clock says expired is good again where the clock was wrong', async t => {
  const { ask, token, net } = set()
  const text = token()
  net.advance(600)
  t.equal(await ask(text), 'token_expired')
  net.advance(-600)
  t.equal(await ask(text), 'ok')
})

t.test('what one route refuses is not refused by another for that', async t => {
  const { ask, token, verifier } = set()
  const text = token({ iss: `${ISSUER}/other` })
  t.equal(await ask(text, verifier.policy({ issuers: ['main'] })), 'issuer_unknown')
  t.equal(await ask(text), 'ok')
  t.equal(await ask(text, verifier.policy({ issuers: ['main'] })), 'issuer_unknown')
})
