import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { CLASSES } from '../src/probe/case.ts'
import { judge } from '../src/probe/judge.ts'
import { readReplies } from '../src/probe/wire.ts'
import { runProgram } from '../src/program.ts'

async function run(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  let [out, error] = ['', '']
  const code = await runProgram(args, {
    out: text => {
      out += text
    },
    error: text => {
      error += text
    },
  })
  return { code, out, error }
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

async function startTarget(t: Test, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function writeSettings(t: Test, more: object = {}): Promise<{ file: string; folder: string }> {
  const settings = {
    issuer: `http://127.0.0.1:${await freePort()}`,
    routes: [{ path: '/a/b' }],
    timeout: '200ms',
    ...more,
  }
  const folder = t.testdir({ 'probe.json': JSON.stringify(settings) })
  return { file: join(folder, 'probe.json'), folder }
}

t.test('a server that takes anything that looks like a credential is shown to let it through, exit 1', async t => {
  const url = await startTarget(t, (request, response) => {
    const isTaken = request.url === '/open' || (request.url === '/a/b' && 'authorization' in request.headers)
    response.writeHead(isTaken ? 200 : 404).end()
  })
  const { file, folder } = await writeSettings(t, {
    public: '/open',
    allow: { alg_none: 'signatures are judged further on' },
  })
  const { code, out } = await run(
    'probe',
    url,
    '-c',
    file,
    '--html',
    join(folder, 'r.html'),
    '--json',
    join(folder, 'r.json'),
  )
  t.equal(code, 1)
  t.match(out, /let through:[\s\S]*\n {2}wrong_key {2}GET \/a\/b {2}200\n/)
  t.match(out, /\d+ let through; \d+ refused wrongly, \d+ tolerated, \d+ in all\.\n$/)
  const report = JSON.parse(await readFile(join(folder, 'r.json'), 'utf8'))
  t.same([...new Set(report.results.map((result: { attack: string }) => result.attack))], CLASSES)
  const of = (name: string) => report.results.find((result: { name: string }) => result.name === name)
  t.match(of('alg_none'), { verdict: 'tolerated', why: '200; allowed: signatures are judged further on' })
  t.match(of('expired'), { verdict: 'let through' })
  t.match(of('no_credential'), { verdict: 'refused wrongly', why: '404 in place of 401 or 400' })
  t.match(of('good_es256'), { verdict: 'fine' })
  const page = await readFile(join(folder, 'r.html'), 'utf8')
  t.match(page, /<td class="verdict let-through">let through<\/td>/)
  t.notMatch(page, /<script/)
})

t.test('where good tokens do not pass nothing can be concluded, exit 2', async t => {
  const url = await startTarget(t, (_, response) => response.writeHead(401).end())
  t.match(await run('probe', url, '-c', (await writeSettings(t)).file), {
    code: 2,
    out: /Nothing can be concluded: GET \/a\/b with a good token is 401, not 200\.\n$/,
  })
  const dead = `http://127.0.0.1:${await freePort()}`
  t.match(await run('probe', dead, '-c', (await writeSettings(t)).file), { code: 2, out: /does not answer\.\n$/ })
})

t.test(
  'a server that answers every path gives no verdict on other spellings of one, and the report says so',
  async t => {
    const url = await startTarget(t, (request, response) => {
      const isOpen = !request.url?.startsWith('/a/b')
      response
        .writeHead(isOpen || 'authorization' in request.headers ? 200 : 401, { 'www-authenticate': 'Bearer' })
        .end()
    })
    const { out } = await run('probe', url, '-c', (await writeSettings(t)).file)
    t.match(out, /note: GET \/a\/b: a path that does not exist is answered without a token/)
    t.notMatch(out, /message framing.*\n +targets/)
  },
)

t.test('bad usage is exit 2, and nothing is sent', async t => {
  const { file } = await writeSettings(t)
  t.match(await run('probe', '-c', file), { code: 2, error: /the URL of a resource server is needed/ })
  t.match(await run('probe', 'https://api.example.com', '-c', file), { code: 2, error: /--allow-remote/ })
  t.match(await run('probe', 'http://127.0.0.1.evil.example', '-c', file), { code: 2, error: /--allow-remote/ })
  t.match(await run('probe', 'ftp://127.0.0.1', '-c', file), { code: 2, error: /no http or https URL/ })
  t.match(await run('probe', 'http://127.0.0.1:1/x', '-c', file), { code: 2, error: /paths belong in the routes/ })
  t.match(await run('probe', 'http://127.0.0.1:1', 'http://127.0.0.1:2'), { code: 2, error: /not expected here/ })
  t.match(await run('probe', 'http://127.0.0.1:1'), { code: 2, error: /--config is needed/ })
  t.match(await run('probe', 'http://127.0.0.1:1', '-c', '/nowhere.yaml'), { code: 2, error: /does not exist/ })
  const wrong = await writeSettings(t, { issuer: 'x', routes: [{ path: 'a', expect: 404 }], alow: {} })
  t.match(await run('probe', 'http://127.0.0.1:1', '-c', wrong.file), {
    code: 2,
    error: /alow: is not known, did you mean allow\?[\s\S]*issuer: [\s\S]*routes\[0\]\.path: /,
  })
  const secure = await writeSettings(t, { issuer: 'https://127.0.0.1:1' })
  t.match(await run('probe', 'http://127.0.0.1:1', '-c', secure.file), { code: 2, error: /listen: is required/ })
})

t.test('a name in allow that is no case is refused with the nearest one', async t => {
  const url = await startTarget(t, (_, response) => response.writeHead(200).end())
  const { file } = await writeSettings(t, { allow: { alg_nome: 'because we want it so' } })
  t.match(await run('probe', url, '-c', file), {
    code: 2,
    error: /allow\.alg_nome: is no case, did you mean alg_none\?/,
  })
})

t.test('answers are told apart by length, by chunks, and by what is informational', async t => {
  const text = [
    'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    'HTTP/1.1 204 No Content\r\n\r\n',
    'HTTP/1.1 401 Unauthorized\r\n\r\nto the end',
  ].join('')
  t.same(
    readReplies(text).map(({ status }) => status),
    [200, 200, 204, 401],
  )
  t.same(readReplies('not HTTP'), [])
})

t.test(
  'a message that an application answered was read, and a hidden request that is answered was smuggled',
  async t => {
    const route = { method: 'GET', path: '/', expect: 200, body: undefined, contentType: 'a/b' }
    const item = {
      name: 'x',
      attack: 'message framing',
      say: '',
      section: '',
      bytes: '',
      demand: 'shut',
      fine: [400, 0],
    } as const
    const at = (...statuses: number[]) => ({
      replies: statuses.map(status => ({ status, head: '' })),
      unreachable: false,
    })
    t.match(judge(item, route, at(404)), { verdict: 'let through' })
    t.match(judge(item, route, at(400)), { verdict: 'fine' })
    t.match(judge(item, route, at()), { verdict: 'fine' })
    t.match(judge(item, route, at(502)), { verdict: 'refused wrongly' })
    t.match(judge({ ...item, look: 'smuggled' }, route, at(200)), { verdict: 'fine' })
    t.match(judge({ ...item, look: 'smuggled' }, route, at(200, 401)), { verdict: 'let through' })
    t.match(judge({ ...item, look: 'smuggled' }, route, at(200, 400)), { verdict: 'fine' })
    t.match(judge({ ...item, demand: 'refuse', look: 'second' }, route, at(200, 200)), { verdict: 'let through' })
    t.match(judge({ ...item, demand: 'refuse', fine: [401] }, route, at(302)), { verdict: 'refused wrongly' })
  },
)

t.test('defects prints the table, of one kind, and as JSON', async t => {
  const { code, out } = await run('defects')
  t.equal(code, 0)
  t.match(out, /^name +of +answer +what is wrong\nexpired +access,\S+ +401 token_expired +/)
  t.notMatch((await run('defects', '--kind', 'refresh')).out, /alg_none/)
  const rows = JSON.parse((await run('defects', '--json', '--kind=logout')).out)
  t.ok(rows.every((row: { kinds: string[] }) => row.kinds.includes('logout')))
  t.match(await run('defects', '--kind', 'acess'), { code: 2, error: /--kind is one of/ })
})

t.test('misbehaviours prints the table, of one endpoint, and as JSON', async t => {
  const { code, out } = await run('misbehaviours')
  t.equal(code, 0)
  t.match(out, /^name +at +what it does\n/)
  t.match(out, /\njwks_empty +jwks +\S/)
  t.ok(out.trim().split('\n').length > 100)
  const own = (await run('misbehaviours', '--endpoint', 'jwks')).out
  t.match(own, /\njwks_empty /)
  t.match(own, /^\S+ +any +/m, 'what can happen anywhere can happen there')
  t.notMatch(own, /^\S+ +(token|authorize|discovery) /m)
  const rows = JSON.parse((await run('misbehaviours', '--json', '--endpoint=discovery')).out)
  t.match(rows.at(-1), { name: String, endpoints: Array, say: String, section: String })
  t.match(await run('misbehaviours', '--endpoint', 'jwsk'), { code: 2, error: /--endpoint is one of/ })
})
