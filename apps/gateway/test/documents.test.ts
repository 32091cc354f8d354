import type { EpochSeconds } from '@gatehouse/protocol'
import t from 'tap'
import { type AskPrimary, fetchThroughPrimary } from '../src/cluster/document-fetch.ts'
import { Documents } from '../src/cluster/documents.ts'
import type { DocumentAnswer, ToPrimary } from '../src/cluster/messages.ts'
import { createPrimaryMemory } from '../src/cluster/proofs.ts'
import { kindOf } from '../src/observe/provider-requests.ts'

const URL = 'https://login.example.com/jwks'
const KEYS = { url: URL, headers: { accept: 'application/jwk-set+json' } }
const signal = new AbortController().signal

/** Documents whose provider answers when told, and a clock that stands until moved. */
function makeDocuments() {
  let now = 1000
  const calls: { url: string; aborted: () => boolean; answer: (response: Response) => void; fail: () => void }[] = []
  const documents = new Documents({
    now: () => now as EpochSeconds,
    fetch: (url, init) =>
      new Promise((resolve, reject) => {
        init.signal.addEventListener('abort', () => reject(new Error('aborted')))
        calls.push({
          url,
          aborted: () => init.signal.aborted,
          answer: resolve,
          fail: () => reject(new Error('refused')),
        })
      }),
  })
  return { documents, calls, advance: (seconds: number) => (now += seconds) }
}

const textOf = (answer: DocumentAnswer) => (answer.ok ? Buffer.from(answer.body, 'base64').toString() : undefined)

t.test('what several workers ask at once is asked once', async t => {
  const { documents, calls } = makeDocuments()
  const answers = [1, 2, 3].map(worker => documents.ask(worker, KEYS, signal))
  t.equal(calls.length, 1)
  calls[0]?.answer(new Response('one', { headers: { 'cache-control': 'max-age=60' } }))
  t.same((await Promise.all(answers)).map(textOf), ['one', 'one', 'one'])
  t.match(await answers[2], {
    ok: true,
    status: 200,
    headers: [
      ['cache-control', 'max-age=60'],
      ['content-type', /text/],
    ],
  })
})

t.test(
  'an answer is shared for a moment with those that have not had it; whoever asks again is given news',
  async t => {
    const { documents, calls, advance } = makeDocuments()
    const ask = async (worker: number, body: string, headers = {}) => {
      const before = calls.length
      const answer = documents.ask(worker, { ...KEYS, headers: { ...KEYS.headers, ...headers } }, signal)
      calls[before]?.answer(new Response(body))
      return textOf(await answer)
    }
    t.equal(await ask(1, 'one'), 'one')
    advance(1)
    t.equal(await ask(2, 'two'), 'one')
    t.equal(await ask(2, 'two'), 'two', 'a key that was missing may be there now')
    t.equal(await ask(1, 'three'), 'two')
    t.equal(await ask(3, 'three', { 'cache-control': 'no-cache' }), 'three')
    t.equal(await ask(4, 'four'), 'three')
    advance(2)
    t.equal(await ask(5, 'five'), 'five')
  },
)

t.test('an answer from memory says how old it is, and one that was just asked for does not', async t => {
  const { documents, calls, advance } = makeDocuments()
  const ageOf = async (worker: number) => {
    const answer = await documents.ask(worker, KEYS, signal)
    return answer.ok ? answer.headers.filter(([name]) => name === 'age').map(([, value]) => value) : undefined
  }
  const both = [ageOf(1), ageOf(2)]
  calls[0]?.answer(new Response('one'))
  t.same(await Promise.all(both), [[], []])
  t.same(await ageOf(3), ['1'])
  advance(1.5)
  t.same(await ageOf(4), ['2'])
  advance(1)
  const old = ageOf(5)
  calls[1]?.answer(new Response('two', { headers: { age: '70' } }))
  t.same(await old, ['70'])
  t.same(await ageOf(6), ['71'])
})

t.test('whoever wants news does not join a request that caches may answer', async t => {
  const { documents, calls } = makeDocuments()
  const news = { ...KEYS, headers: { ...KEYS.headers, 'cache-control': 'no-cache' } }
  const answers = [KEYS, news, news, KEYS].map((request, worker) => documents.ask(worker, request, signal))
  t.equal(calls.length, 2)
  calls[0]?.answer(new Response('old'))
  calls[1]?.answer(new Response('new'))
  t.same((await Promise.all(answers)).map(textOf), ['old', 'new', 'new', 'new'])
})

t.test('a worker asks the primary about a proof, each answer finds its question, and silence is a failure', async t => {
  const told: ToPrimary[] = []
  const memory = createPrimaryMemory(message => void told.push(message), 10)
  const answers = ['a', 'b', 'c'].map(digest => memory.use(digest, 130, 1000))
  t.match(told, [
    { gatehouse: 'use', id: 1, digest: 'a', period: 130, now: 1000 },
    { id: 2, digest: 'b' },
    { id: 3, digest: 'c' },
  ])
  memory.hear({ gatehouse: 'remembered', id: 2, novelty: 'seen' })
  memory.hear({ gatehouse: 'remembered', id: 1, novelty: 'new' })
  t.same(await Promise.all(answers.slice(0, 2)), ['new', 'seen'])
  await t.rejects(Promise.resolve(answers[2]), { message: 'the primary did not answer in time' })
  memory.hear({ gatehouse: 'remembered', id: 3, novelty: 'new' })
  t.pass('too late is nothing')
})

t.test('a failure is shared too, so that a dead issuer is asked once', async t => {
  const { documents, calls, advance } = makeDocuments()
  const first = documents.ask(1, KEYS, signal)
  calls[0]?.fail()
  t.same(await first, { ok: false })
  t.same(await documents.ask(2, KEYS, signal), { ok: false })
  t.equal(calls.length, 1)
  advance(2)
  void documents.ask(3, KEYS, signal)
  t.equal(calls.length, 2)
})

t.test('other documents, other credentials and other authorities are other questions', async t => {
  const { documents, calls } = makeDocuments()
  void documents.ask(1, KEYS, signal)
  void documents.ask(1, { ...KEYS, url: `${URL}/2` }, signal)
  void documents.ask(1, { ...KEYS, headers: { accept: 'application/json' } }, signal)
  void documents.ask(1, { ...KEYS, tls: { ca: 'A' } }, signal)
  void documents.ask(1, { ...KEYS, tls: { cert: 'A' } }, signal)
  t.equal(calls.length, 5)
})

t.test('a request is given up when the last who waits for it gives up', async t => {
  const { documents, calls } = makeDocuments()
  const [one, two] = [new AbortController(), new AbortController()]
  const answers = [documents.ask(1, KEYS, one.signal), documents.ask(2, KEYS, two.signal)]
  one.abort()
  t.equal(calls[0]?.aborted(), false)
  two.abort()
  t.equal(calls[0]?.aborted(), true)
  void documents.ask(3, KEYS, signal)
  t.equal(calls.length, 2, 'a request that is being given up is joined by nobody')
  t.same(await Promise.all(answers), [{ ok: false }, { ok: false }])
})

t.test('a redirect stays one, and a body without end is a failure', async t => {
  const { documents, calls } = makeDocuments()
  const moved = documents.ask(1, KEYS, signal)
  calls[0]?.answer(new Response(null, { status: 307, headers: { location: '/' } }))
  t.match(await moved, { ok: true, status: 307 })
  const endless = documents.ask(1, KEYS, signal)
  const body = new ReadableStream({ pull: controller => controller.enqueue(new Uint8Array(65_536)) })
  calls[1]?.answer(new Response(body))
  t.same(await endless, { ok: false })
})

t.test('a worker asks the primary for public documents only; what is about a token goes its own way', async t => {
  const asked: string[] = []
  const primary: AskPrimary = async ({ url }) => {
    asked.push(url)
    return {
      ok: true,
      status: 200,
      headers: [['cache-control', 'no-store']],
      body: Buffer.from('{}').toString('base64'),
    }
  }
  const fetch = fetchThroughPrimary(primary, async () => new Response('own'))
  const get = { method: 'GET', headers: { accept: 'application/json' }, signal, redirect: 'manual' } as const
  const read = async (url: string, init: object = {}) => (await fetch(url, { ...get, ...init })).text()
  t.equal(await read('https://a.example/.well-known/openid-configuration'), '{}')
  t.equal(await read('https://a.example/.well-known/oauth-authorization-server/tenant'), '{}')
  t.equal(await read(URL, { headers: KEYS.headers }), '{}')
  t.equal(asked.length, 3)
  t.equal(await read('https://a.example/introspect?token=hunter2'), 'own')
  t.equal(await read('https://a.example/.well-known/openid-configuration?token=hunter2'), 'own')
  t.equal(await read(URL, { headers: { ...KEYS.headers, authorization: 'Basic hunter2' } }), 'own')
  t.equal(await read(URL, { headers: KEYS.headers, method: 'POST', body: 'token=hunter2' }), 'own')
  t.equal(asked.length, 3)
  const failing = fetchThroughPrimary(
    async () => ({ ok: false }),
    async () => new Response('own'),
  )
  await t.rejects(failing(URL, { ...get, headers: KEYS.headers }))
})

t.test('requests to a provider are told apart by how they are sent', async t => {
  const kind = (init: object, url = 'https://a.example/x') =>
    kindOf(url, { method: 'GET', headers: {}, signal, redirect: 'manual', ...init })
  t.equal(kind({ headers: KEYS.headers }), 'jwks')
  t.equal(kind({}, 'https://a.example/.well-known/openid-configuration'), 'discovery')
  t.equal(kind({ method: 'POST', body: 'scope=a&grant_type=client_credentials' }), 'token')
  t.equal(kind({ method: 'POST', body: 'token=a' }), 'introspection')
  t.equal(kind({ headers: { authorization: 'Bearer a' } }, 'https://a.example/x?token=b'), 'introspection')
  t.equal(kind({ headers: { authorization: 'Bearer a' } }), 'userinfo')
})
