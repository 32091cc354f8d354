import { findViolations } from '@gatehouse/workspace/architecture'
import t from 'tap'

t.test('this package keeps the laws of the architecture', async t => {
  t.strictSame(findViolations(`${import.meta.dirname}/..`), [])
})
