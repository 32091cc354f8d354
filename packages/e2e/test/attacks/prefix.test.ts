import gateway from '@gatehouse/fastify-gateway'
import { rawRequest, recordingUpstream } from '@gatehouse/testkit'
import Fastify from 'fastify'
import t from 'tap'

t.test('a prefix cut off an absolute target leaves no path that leads anywhere', async t => {
  const upstream = await recordingUpstream()
  t.teardown(() => upstream.close())
  // As long as `http:`, `http:/`, `http://` and so on.
  for (const prefix of ['/apis', '/apis1', '/apis12', '/apis123', '/a']) {
    const app = Fastify({ forceCloseConnections: true })
    t.teardown(() => app.close())
    await app.register(gateway, {
      prefix,
      issuers: { main: { issuer: 'https://login.example.com', audience: ['x'], tokens: 'jwt' } },
      upstreams: { main: { url: upstream.url } },
      routes: [{ path: '/*', upstream: 'main', auth: 'public', target: { allow: ['//'] } }],
    })
    const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
    const get = (target: string) => rawRequest(port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    for (const target of [
      `http://public${prefix}/1`,
      `http:/${prefix}/1`,
      `https://x${prefix}/1`,
      `http://x//${prefix}/1`,
    ]) {
      const { status } = await get(target)
      t.ok(status === 400 || status === 404, `${target}: ${status}`)
    }
    t.notOk(
      upstream.seen.some(({ url }) => url !== '/1'),
      prefix,
    )
    t.equal((await get(`${prefix}/1`)).status, 200)
    t.equal(upstream.seen.at(-1)?.url, '/1')
  }
})
