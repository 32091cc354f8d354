import t from 'tap'
import { testGates } from '../../src/gate.ts'

testGates(
  t,
  'CVE-2026-33805: a client cannot erase an asserted header by naming it in Connection',
  async (t, openGate) => {
    const gate = await openGate()
    const token = await gate.token({ claims: { team: 'blue' } })
    const answer = await gate.raw(
      `${[
        'GET /private/1 HTTP/1.1',
        'Host: x',
        'Connection: close, x-user, X-Gatehouse-Subject, x-team, x-gatehouse-scope',
        `Authorization: Bearer ${token}`,
      ].join('\r\n')}\r\n\r\n`,
    )
    t.equal(answer.status, 200)
    const seen = gate.upstream.seen[0]
    t.equal(seen?.headers['x-user'], 'alice')
    t.equal(seen?.headers['x-gatehouse-subject'], 'alice')
    t.equal(seen?.headers['x-gatehouse-scope'], 'read')
    t.equal(seen?.headers['x-team'], 'blue')
  },
)

testGates(
  t,
  'GHSA-v574-6498-x57v: paths and upstreams that concatenate alike do not meet in a cache',
  async (t, openGate) => {
    const gate = await openGate(options => ({
      ...options,
      upstreams: { ...options.upstreams, other: { url: 'http://127.0.0.1:1' } },
      routes: [
        ...options.routes,
        { path: '/one/*', upstream: 'main', auth: 'public' as const, rewrite: { stripPrefix: '/one' } },
        { path: '/two/*', upstream: 'other', auth: 'public' as const, rewrite: { stripPrefix: '/two' } },
      ],
    }))
    t.equal((await gate.send('/one/same')).status, 200)
    t.equal((await gate.send('/two/same')).code, 'upstream_unreachable')
    t.equal((await gate.send('/one/same')).status, 200)
    t.same(
      gate.upstream.seen.map(({ url }) => url),
      ['/same', '/same'],
    )
  },
)
