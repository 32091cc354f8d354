import t from 'tap'
import { testGates } from '../../src/gate.ts'

testGates(
  t,
  "3.14: a claim that is missing, null or empty does not leave the client's own header in place",
  async (t, openGate) => {
    const gate = await openGate()
    for (const team of [undefined, null, '']) {
      const token = await gate.token(team === undefined ? {} : { claims: { team } })
      const answer = await gate.send('/private/1', [
        `Authorization: Bearer ${token}`,
        'X-Team: mallory',
        'X_Team: mallory',
      ])
      t.equal(answer.status, 200)
      t.equal(gate.upstream.seen.at(-1)?.headers['x-team'], undefined, String(team))
      t.notMatch(JSON.stringify(gate.upstream.seen.at(-1)?.rawHeaders), /mallory/)
    }
  },
)
