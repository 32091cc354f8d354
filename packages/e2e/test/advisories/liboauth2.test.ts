import { createServer } from 'node:http'
import t from 'tap'
import { testGates } from '../../src/gate.ts'
import { bindToken } from '../../src/holder.ts'
import { acceptToken, refuseToken } from '../../src/surfaces.ts'

testGates(t, '2.3.0, CWE-613: a cached result does not outlive the token', async (t, openGate) => {
  const gate = await openGate()
  const judge = async (format: 'jwt' | 'opaque') => {
    // Accepted and cached first; with the tolerance of five seconds for JWTs it must be refused in the end without help.
    const token = await gate.token({ format, lifetime: format === 'jwt' ? '2s' : '7s' })
    await acceptToken(t, gate, token, format)
    const deadline = Date.now() + 60_000
    let code: string | undefined
    while (code === undefined && Date.now() < deadline) {
      code = (await gate.send('/private/1', [`Authorization: Bearer ${token}`])).code
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    t.match(code, /^token_(expired|inactive)$/, format)
  }
  await Promise.all([judge('jwt'), judge('opaque')])
})

testGates(t, '2.3.0, CWE-918: nothing is fetched because a token names it', async (t, openGate) => {
  const gate = await openGate()
  let fetched = 0
  const bait = createServer((_request, response) => {
    fetched++
    response.end('{"keys":[]}')
  })
  await new Promise<void>(resolve => bait.listen(0, '127.0.0.1', resolve))
  t.teardown(() => bait.close())
  const address = bait.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/keys`
  for (const header of [
    { kid: url },
    { kid: '../../../etc/passwd' },
    { jku: url },
    { x5u: url },
    { kid: `${url}' OR 1=1 --` },
  ]) {
    await refuseToken(t, gate, await gate.token({ header: { kid: 'nobody', ...header } }), 'key_unknown')
  }
  t.equal(fetched, 0)
})

testGates(
  t,
  '2.3.0: a proof whose jwk holds the private key is refused, since whoever saw it can prove as well',
  async (t, openGate) => {
    const gate = await openGate()
    const { token, prove } = await bindToken(gate)
    const send = (proof: string) => gate.send('/private/1', [`Authorization: DPoP ${token}`, proof])
    t.equal((await send(prove({ isPrivate: true }))).code, 'proof_invalid')
    t.equal(gate.upstream.seen.length, 0)
    t.equal((await send(prove())).status, 200)
  },
)
