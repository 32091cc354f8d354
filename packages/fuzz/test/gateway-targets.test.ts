import t from 'tap'
import { fuzzTargets } from './share.ts'

t.setTimeout(0)

t.test('nothing that the gateway reads breaks it', t =>
  fuzzTargets(t, ['configuration', 'fastify-gateway', 'forwarder', 'gateway', 'verifier']),
)
