import t from 'tap'
import { fuzzTargets } from './share.ts'

t.setTimeout(0)

t.test('nothing that the mock provider reads breaks it', t => fuzzTargets(t, ['mock-provider']))
