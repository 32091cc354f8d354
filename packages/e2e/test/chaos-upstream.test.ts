import t from 'tap'
import { TROUBLES } from '../src/soak/troubles.ts'
import { type Shot, startUpstream } from '../src/soak/upstream.ts'

const ticket: Shot['ticket'] = {
  kind: 'hot',
  name: 'hot',
  path: '/main',
  authorization: [],
  subject: 'alice',
  allowed: () => [200],
  learn: () => undefined,
}

/** The status of a whole answer; 0 where there was none. */
async function ask(url: string, headers: Record<string, string>): Promise<number> {
  try {
    const response = await fetch(`${url}/main`, { headers, redirect: 'manual' })
    await response.arrayBuffer()
    return response.status
  } catch {
    return 0
  }
}

t.test(
  'the upstream of the storm fails by the faults of the mock, and knows what a client may be told of each',
  async t => {
    const shots = new Map<string, Shot>()
    const accused: string[] = []
    let next = 0
    const upstream = await startUpstream(
      () => next,
      shots,
      what => accused.push(what),
    )
    t.teardown(() => upstream.close())
    const send = async (id: string, headers: Record<string, string> = {}): Promise<number> => {
      shots.set(id, { ticket, sent: 0 })
      return ask(upstream.url, { 'x-shot': id, 'x-gatehouse-subject': 'alice', ...headers })
    }
    t.equal(await send('calm'), 200)
    t.equal(shots.get('calm')?.trouble, undefined)

    upstream.trouble = 1
    for (const [index, { name, statuses }] of TROUBLES.entries()) {
      // A client of this test would wait for twenty seconds.
      if (name === 'silent') continue
      next = (index + 0.5) / TROUBLES.length
      const status = await send(name)
      const told = shots.get(name)?.trouble?.statuses ?? []
      t.equal(upstream.failed.get(name), 1, name)
      if (statuses !== undefined) t.same(told, statuses)
      if (told.includes(502)) t.equal(status, 0, `${name}: no whole answer, for which a gateway says 502`)
      else t.same(told, [status], `${name}: ${status} is passed on`)
      t.equal(await ask(upstream.url, { 'x-shot': name, 'x-gatehouse-subject': 'alice' }), 200, 'once only')
    }
    t.same(accused, [])

    await send('stolen', { 'x-gatehouse-subject': 'mallory', authorization: 'Bearer x' })
    t.same(accused, ['hot reached the upstream as somebody else', 'hot reached the upstream with its credential'])
  },
)
