import t from 'tap'
import { testGates } from '../../src/gate.ts'

testGates(
  t,
  'scope as an array, scp as an array or a string, and scope as a string are one thing',
  async (t, openGate) => {
    const gate = await openGate()
    for (const claims of [
      { scope: ['other', 'read'] },
      { scope: null, scp: ['read'] },
      { scope: null, scp: 'read other' },
      { scope: 'other read' },
    ]) {
      const token = await gate.token({ claims })
      t.equal((await gate.send('/private/1', [`Authorization: Bearer ${token}`])).status, 200, JSON.stringify(claims))
    }
  },
)
