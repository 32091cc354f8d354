import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { runProgram } from '../src/program.ts'

async function run(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  let out = ''
  let error = ''
  const output = {
    out: (text: string) => {
      out += text
    },
    error: (text: string) => {
      error += text
    },
  }
  const code = await runProgram(args, output)
  return { code, out, error }
}

const fileOf = (t: Test, name: string, content: string): string => join(t.testdir({ [name]: content }), name)

t.test('help and version are there for the program and for each command', async t => {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  t.match(await run('--help'), { code: 0, out: /mock-oidc start[\s\S]*mock-oidc token[\s\S]*--version/ })
  t.match(await run('start', '--help'), {
    code: 0,
    out: /--port 4010[\s\S]*-c, --config FILE[\s\S]*--allow-production/,
  })
  t.match(await run('token', '--help'), { code: 0, out: /--scope "a b"[\s\S]*--defect NAME/ })
  t.same(await run('--version'), { code: 0, out: `${version}\n`, error: '' })
  t.same(await run('start', '--version'), { code: 0, out: `${version}\n`, error: '' })
  t.match(await run(), { code: 2, out: '', error: /mock-oidc start/ })
})

t.test('an unknown flag or command is exit 2 with the nearest known one named', async t => {
  t.match(await run('start', '--prot', '4010'), {
    code: 2,
    out: '',
    error: /--prot is not a flag, did you mean --port\?/,
  })
  t.match(await run('token', '--scop=a'), { code: 2, error: /did you mean --scope\?/ })
  t.match(await run('strat'), { code: 2, error: /did you mean start\?/ })
  t.match(await run('--verison'), { code: 2, error: /did you mean --version\?/ })
  t.match(await run('start', '-x'), { code: 2, error: /-x is not a flag/ })
  t.match(await run('start', 'now'), { code: 2, error: /"now" is not expected here/ })
})

t.test('every mistake in the flags is listed', async t => {
  const { code, error } = await run(
    'start',
    '--port',
    '--seed=a',
    '--seed=b',
    '--allow-production=1',
    '--nothing-like-it',
  )
  t.equal(code, 2)
  t.match(error, /--port needs a value/)
  t.match(error, /--seed is given twice/)
  t.match(error, /--allow-production takes no value/)
  t.match(error, /--nothing-like-it is not a flag\n/)
})

t.test('values of flags are judged before anything is started', async t => {
  for (const port of ['70000', 'x', '-1', '4010.5', ''])
    t.match(await run('start', `--port=${port}`), { code: 2, error: /--port: is no port/ }, port)
  for (const issuer of [
    'idp.example',
    'ftp://idp.example',
    'https://idp.example?a=b',
    'https://idp.example#a',
    'https://u:p@idp.example',
    'https://',
  ]) {
    t.match(await run('start', '--issuer', issuer), { code: 2, error: /--issuer: is no issuer/ }, issuer)
  }
  t.match(await run('start', '--preset', 'nosuch', '--port', '0'), { code: 2, error: /preset/ })
})

t.test('every mistake in a configuration file is listed by its path', async t => {
  const file = fileOf(
    t,
    'mock-oidc.yaml',
    [
      'port: 99999',
      'issuer: nowhere',
      'sed: orders',
      'users:',
      '  carol: { pasword: x }',
      'clients:',
      '  web: { redirect_uris: https://a.example/cb }',
      'apis:',
      '  orders: { format: xml }',
      'tenants:',
      '  /a: { unknownClients: maybe }',
    ].join('\n'),
  )
  const { code, out, error } = await run('start', '-c', file)
  t.same([code, out], [2, ''])
  const lines = error.trim().split('\n')
  t.same(lines.map(line => line.split(': ')[0]).sort(), [
    'apis.orders.format',
    'clients.web.redirect_uris',
    'issuer',
    'port',
    'sed',
    'tenants."/a".unknownClients',
    'users.carol.pasword',
  ])
  t.match(error, /did you mean seed\?/)
  t.match(error, /did you mean password\?/)
  t.notMatch(error, / {4}at /)
})

t.test('a configuration file that is missing or does not parse is one sentence', async t => {
  t.match(await run('start', '-c', '/nowhere/mock-oidc.yaml'), {
    code: 2,
    error: /^\/nowhere\/mock-oidc\.yaml: does not exist\n$/,
  })
  t.match(await run('start', '-c', fileOf(t, 'a.yaml', 'users: [')), { code: 2, error: /a\.yaml:\d+:\d+: is not YAML/ })
  t.match(await run('start', '-c', fileOf(t, 'b.yaml', 'seed: a\nseed: b')), {
    code: 2,
    error: /b\.yaml:2:1: is not YAML, duplicate key/,
  })
  t.match(await run('start', '-c', fileOf(t, 'c.json', '{')), { code: 2, error: /c\.json: is not JSON/ })
  t.match(await run('start', '-c', fileOf(t, 'd.yaml', '- a')), { code: 2, error: /\(root\): is a list/ })
  t.match(await run('start', '-c', fileOf(t, 'e.yaml', 'a: *b')), { code: 2, error: /e\.yaml/ })
})

t.test('a taken port is one clear sentence and exit 1', async t => {
  const holder = createServer().listen(0, '127.0.0.1')
  t.teardown(() => holder.close())
  await new Promise(resolve => holder.once('listening', resolve))
  const { port } = holder.address() as AddressInfo
  const { code, out, error } = await run('start', '--port', String(port))
  t.same(
    [code, out, error],
    [1, '', `mock-oidc start: port ${port} on 127.0.0.1 is taken: stop what holds it, or give another with --port\n`],
  )
})

t.test('a host that is not of this machine is exit 1', async t => {
  t.match(await run('start', '--port', '0', '--host', '192.0.2.1'), { code: 1, error: /is no address of this machine/ })
})

t.test('token without a provider is one clear sentence and exit 1', async t => {
  const holder = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => holder.once('listening', resolve))
  const { port } = holder.address() as AddressInfo
  await new Promise(resolve => holder.close(resolve))
  const { code, out, error } = await run('token', '--url', `http://127.0.0.1:${port}`)
  t.same(
    [code, out, error],
    [1, '', `mock-oidc token: no mock provider answers at http://127.0.0.1:${port}; start one with: mock-oidc start\n`],
  )
  t.match(await run('token', '--url', 'idp'), { code: 2, error: /--url is no http or https URL/ })
})

t.test('certificate flags are judged before anything is started', async t => {
  const pem = fileOf(t, 'a.pem', '-----BEGIN CERTIFICATE-----\n')
  t.match(await run('start', '--tls-cert', pem), { code: 2, error: /--tls: has cert without key/ })
  t.match(await run('start', '--tls-cert', pem, '--tls-key', '/nowhere.pem'), {
    code: 2,
    error: /--tls key: \/nowhere\.pem can not be read/,
  })
  t.match(await run('start', '--port=0', '--tls-cert', pem, '--tls-key', pem), {
    code: 1,
    error: /do not belong together/,
  })
  t.match(await run('start', '--tls-out', 'x.pem'), { code: 2, error: /--tls-out: is given without --tls/ })
})
