import t from 'tap'
import { testGates } from '../../src/gate.ts'
import { acceptToken } from '../../src/surfaces.ts'

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
      await acceptToken(t, gate, token, JSON.stringify(claims))
    }
  },
)
