import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { packPackages } from '../src/release/pack.mjs'
import { unpackPackages } from '../src/release/trial.mjs'
import { repositoryRoot } from '../src/repository.mjs'
import { run } from '../src/run.mjs'
import './fixture.ts'

/** Starts a command and waits for what it says first. */
async function start(t: Test, args: readonly string[], cwd: string, first: RegExp) {
  const child: ChildProcess = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  t.teardown(() => child.kill('SIGKILL'))
  let output = ''
  const found = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const match = first.exec(output)?.[1]
      if (match !== undefined) resolve(match)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('close', code => reject(new Error(`ended with ${code}: ${output}`)))
  })
  return { child, found: await found }
}

async function startUpstream(t: Test): Promise<string> {
  const server = createServer((request, response) => response.end(String(request.headers['x-gatehouse-subject'])))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

t.test('mock and gateway, installed from their packages, work together, with several processes too', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-installed-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const packages = await packPackages(repositoryRoot, join(folder, 'tarballs'))
  await unpackPackages(repositoryRoot, folder, packages)
  const bin = (path: string) => join(folder, 'node_modules/@gatehouse', path)

  const mock = bin('mock-oidc/bin/mock-oidc.js')
  const { found: issuer } = await start(t, [mock, 'start', '--port', '0'], folder, /(http:\/\/127\.0\.0\.1:\d+)/)
  t.equal((await fetch(`${issuer}/.well-known/openid-configuration`)).status, 200)
  t.match(await (await fetch(`${issuer}/_mock/inspector/main.js`)).text(), /import .* from '\.\/clock\.js'/)
  const token = (await run(process.execPath, [mock, 'token', '--url', issuer, '--audience', 'a'])).output.trim()

  const configuration = {
    server: { port: 0, workers: 2 },
    admin: false,
    issuers: { main: { issuer, audience: ['a'] } },
    upstreams: { orders: { url: await startUpstream(t) } },
    routes: [{ path: '/orders', upstream: 'orders', auth: {} }],
  }
  writeFileSync(join(folder, 'gatehouse.yaml'), JSON.stringify(configuration))
  const gateway = bin('gateway/bin/gatehouse.js')
  const { child, found: url } = await start(t, [gateway, 'run'], folder, /"url":"(http:[^"]+)"[^\n]*"listening"/)
  t.equal((await fetch(`${url}/orders`)).status, 401)
  const answer = await fetch(`${url}/orders`, { headers: { authorization: `Bearer ${token}` } })
  t.equal(answer.status, 200)
  t.equal(await answer.text(), 'alice')
  child.kill('SIGTERM')
  t.strictSame(await once(child, 'close'), [0, null])
})
