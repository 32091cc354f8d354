import { createHash } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { openWire, parseAnswer, rawRequest, rawUpstream, recordingUpstream } from '@gatehouse/testkit'
import t from 'tap'
import { DECISION_CHANNEL } from '../src/index.ts'
import { answering, ask, openWorld, PUBLIC } from './world.ts'

t.test('bodies', async t => {
  await t.test('arrive byte for byte, whatever the content type and framing', async t => {
    const world = await openWorld({ routes: PUBLIC })
    t.teardown(world.close)
    const bodies = [
      ['Content-Type: application/json', '{"not json'],
      ['Content-Type: no type at all', 'x'],
      ['X-A: 1', '\x00\xff'],
      ['Content-Type: multipart/form-data', '--x--'],
    ] as const
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'GET', 'PROPFIND']) {
      for (const [field, body] of bodies) {
        const answer = await rawRequest(world.port, ask(method, '/', [field, `Content-Length: ${body.length}`], body))
        t.equal(answer.status, 200, `${method} ${field}`)
        t.equal(world.upstream.seen.at(-1)?.body.toString('latin1'), body)
        t.equal(world.upstream.seen.at(-1)?.headers['content-length'], String(body.length))
        const chunked = ask(
          method,
          '/',
          [field, 'Transfer-Encoding: chunked'],
          `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
        )
        t.equal((await rawRequest(world.port, chunked)).status, 200)
        t.equal(world.upstream.seen.at(-1)?.body.toString('latin1'), body)
        t.equal(world.upstream.seen.at(-1)?.headers['transfer-encoding'], 'chunked')
      }
    }
    await rawRequest(world.port, ask('POST', '/'))
    t.equal(world.upstream.seen.at(-1)?.headers['content-length'], '0')
    await rawRequest(world.port, ask('GET', '/', ['Content-Length: 0']))
    t.match(world.upstream.seen.at(-1)?.headers, { 'content-length': undefined, 'transfer-encoding': undefined })
  })

  await t.test('a client that expects 100 gets it, and the upstream does not', async t => {
    const world = await openWorld({ routes: PUBLIC })
    t.teardown(world.close)
    const wire = await openWire(world.port)
    wire.send(ask('POST', '/', ['Expect: 100-continue', 'Content-Length: 4']))
    await wire.until('100 Continue\r\n\r\n')
    wire.send('body')
    t.match(await wire.closed(), /200 OK/)
    t.equal(world.upstream.seen[0]?.headers.expect, undefined)
    t.equal(world.upstream.seen[0]?.body.toString(), 'body')
  })

  await t.test('longer than the limit are 413, declared or not, and the client reads it', async t => {
    const world = await openWorld({ routes: PUBLIC, limits: { body: 1000 } })
    t.teardown(world.close)
    const declared = await rawRequest(world.port, ask('POST', '/', ['Content-Length: 1001'], 'x'.repeat(1001)))
    t.equal(declared.status, 413)
    t.match(declared.body, 'body_too_large')
    t.equal(world.upstream.seen.length, 0)
    const wire = await openWire(world.port)
    wire.send(ask('POST', '/', ['Transfer-Encoding: chunked']))
    for (let count = 0; count < 4; count++) wire.send(`190\r\n${'x'.repeat(400)}\r\n`)
    t.match(await wire.until('body_too_large'), /413 Payload Too Large/)
    wire.send('0\r\n\r\n')
    await wire.closed()
    t.equal(world.upstream.seen.length, 0)
    t.equal((await rawRequest(world.port, ask('POST', '/', ['Content-Length: 1000'], 'x'.repeat(1000)))).status, 200)
  })

  await t.test('a client that goes on for ever after a refusal is cut', async t => {
    const world = await openWorld({ routes: PUBLIC, limits: { body: 100_000 } })
    t.teardown(world.close)
    const wire = await openWire(world.port)
    wire.send(ask('POST', '/', ['Content-Length: 999999999']))
    await wire.until('body_too_large')
    const pump = () => {
      while (!wire.socket.destroyed && wire.socket.write('x'.repeat(65_536)));
    }
    wire.socket.on('drain', pump)
    pump()
    await wire.closed()
    t.pass('the connection was closed by the gateway')
  })

  await t.test('of any size stream both ways with backpressure', async t => {
    const size = 24 * 1024 * 1024
    const chunk = Buffer.alloc(65_536, 'gatehouse')
    const received = createHash('sha256')
    let receivedBytes = 0
    const { createServer } = await import('node:http')
    const server = createServer((request, response) => {
      request.on('data', (part: Buffer) => {
        received.update(part)
        receivedBytes += part.length
      })
      request.on('end', () => {
        response.writeHead(200, { 'content-length': size })
        let sent = 0
        const pump = () => {
          while (sent < size) {
            sent += chunk.length
            if (!response.write(chunk)) return
          }
          response.end()
        }
        response.on('drain', pump)
        pump()
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const world = await openWorld({
      routes: PUBLIC,
      upstreams: { api: { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}` } },
    })
    t.teardown(async () => {
      server.closeAllConnections()
      server.close()
      await world.close()
    })
    const sentHash = createHash('sha256')
    const before = process.memoryUsage().rss
    let most = before
    const answered = createHash('sha256')
    let bytes = 0
    await new Promise<void>((resolve, reject) => {
      const outgoing = httpRequest(
        { port: world.port, method: 'POST', headers: { 'content-length': size } },
        incoming => {
          incoming.on('data', (part: Buffer) => {
            answered.update(part)
            bytes += part.length
            most = Math.max(most, process.memoryUsage.rss())
          })
          incoming.on('end', resolve)
        },
      )
      outgoing.on('error', reject)
      let sent = 0
      const pump = () => {
        while (sent < size) {
          sent += chunk.length
          sentHash.update(chunk)
          if (!outgoing.write(chunk)) return
        }
        outgoing.end()
      }
      outgoing.on('drain', pump)
      pump()
    })
    t.equal(receivedBytes, size)
    t.equal(received.digest('hex'), sentHash.copy().digest('hex'))
    t.equal(bytes, size)
    t.equal(answered.digest('hex'), sentHash.digest('hex'))
    t.ok(most - before < 100 * 1024 * 1024, 'client, gateway and upstream together stay small')
  })
})

t.test('streams', async t => {
  await t.test('events reach the client one by one', async t => {
    const events: ((text: string) => void)[] = []
    const upstream = await recordingUpstream((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.flushHeaders()
      events.push(text => (text === '' ? response.end() : response.write(text)))
    })
    const world = await openWorld({ routes: PUBLIC }, upstream)
    t.teardown(world.close)
    const wire = await openWire(world.port)
    wire.send(ask('GET', '/events'))
    await wire.until('text/event-stream')
    await wire.until('\r\n\r\n')
    for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
      events[0]?.(event)
      t.match(await wire.until(event), event)
    }
    events[0]?.('')
    await wire.closed()
  })

  await t.test('a client that goes away cancels the request upstream, before and during the answer', async t => {
    const upstream = await recordingUpstream((request, response) => {
      if (request.url === '/begun') response.write('begun')
      response.once('close', () => response.emit('gone'))
      gone.push(once(response, 'gone'))
      arrived()
    })
    const gone: Promise<unknown>[] = []
    let arrived = () => {}
    const world = await openWorld({ routes: PUBLIC }, upstream)
    t.teardown(world.close)
    for (const target of ['/waiting', '/begun']) {
      const arrival = new Promise<void>(resolve => {
        arrived = resolve
      })
      const wire = await openWire(world.port)
      wire.send(ask('GET', target))
      await arrival
      if (target === '/begun') await wire.until('begun')
      wire.socket.destroy()
      await gone.at(-1)
    }
    t.equal(gone.length, 2)
  })

  await t.test('a client that goes away while sending cancels the request upstream', async t => {
    const upstream = await rawUpstream(() => undefined)
    const world = await openWorld({ routes: PUBLIC, upstreams: { api: { url: upstream.url } } })
    t.teardown(async () => {
      await upstream.close()
      await world.close()
    })
    const events: { cause?: string; outcome: string }[] = []
    const listen = (event: unknown) => events.push(event as { outcome: string })
    subscribe(DECISION_CHANNEL, listen)
    const wire = await openWire(world.port)
    wire.send(ask('POST', '/', ['Content-Length: 100000'], 'x'))
    while (!upstream.received.some(text => text.endsWith('x'))) await new Promise(resolve => setImmediate(resolve))
    wire.socket.destroy()
    await wire.closed()
    unsubscribe(DECISION_CHANNEL, listen)
    t.same(events, [], 'nobody is told of a failure that is none')
  })

  await t.test('an answer that comes before the end of the body is passed on', async t => {
    const { port } = await answering(
      t,
      'HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig',
      {},
      false,
    )
    const wire = await openWire(port)
    wire.send(ask('POST', '/', ['Content-Length: 1000000'], 'x'.repeat(1000)))
    t.match(parseAnswer(await wire.until('big')), { status: 413, body: 'big' })
    wire.socket.destroy()
  })

  await t.test('connections to the upstream are used again', async t => {
    const world = await openWorld({ routes: PUBLIC })
    t.teardown(world.close)
    let connections = 0
    world.upstream.server.on('connection', () => {
      connections += 1
    })
    for (let count = 0; count < 5; count++) await rawRequest(world.port, ask('GET', '/'))
    await rawRequest(world.port, ask('POST', '/', ['Content-Length: 2'], 'ab'))
    t.equal(connections, 1)
  })
})
