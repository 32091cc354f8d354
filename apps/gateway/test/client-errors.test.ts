import { Duplex } from 'node:stream'
import t from 'tap'
import { createClientErrorHandler, type Unrequested } from '../src/server/client-errors.ts'

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** A connection that notes what it is told. */
class Line extends Duplex {
  told = ''

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.told += chunk.toString()
    done()
  }
}

function prepare() {
  const answered: Unrequested[] = []
  return { answered, handle: createClientErrorHandler(answer => void answered.push(answer)) }
}

const SLOW = { code: 'ERR_HTTP_REQUEST_TIMEOUT' }

t.test('of slow clients found all at once a few are let go at a time, so that others have their turn', async t => {
  const { answered, handle } = prepare()
  const lines = Array.from({ length: 10 }, () => new Line())
  for (const line of lines) handle(SLOW, line)
  const counts: number[] = []
  for (let turns = 0; turns < 4; turns++) {
    counts.push(answered.length)
    await turn()
  }
  t.same(counts, [0, 4, 8, 10])
  for (const { told } of lines) t.match(told, /^HTTP\/1\.1 408 Request Timeout\r\n[\s\S]*"code":"request_timeout"/)
  handle(SLOW, new Line())
  await turn()
  t.equal(answered.length, 11, 'and the next flood as well')
})

t.test('what a slow client sends while it waits for its refusal is not read', async t => {
  const { handle } = prepare()
  const line = new Line()
  line.resume()
  handle(SLOW, line)
  t.equal(line.isPaused(), true)
  await turn()
  t.match(line.told, /^HTTP\/1\.1 408/)
  t.equal(line.isPaused(), false, 'what is left unread would take the refusal away')
})

t.test('a slow client that has gone meanwhile is not counted', async t => {
  const { answered, handle } = prepare()
  const line = new Line()
  handle(SLOW, line)
  line.destroy()
  await turn()
  t.same(answered, [])
  t.equal(line.told, '')
})

t.test('what is no HTTP is answered at once and once, and a connection that broke is not answered', async t => {
  const { answered, handle } = prepare()
  const line = new Line()
  handle({ code: 'HPE_INVALID_METHOD' }, line)
  handle({ code: 'HPE_INVALID_METHOD' }, line)
  t.match(answered, [{ status: 400, code: 'request_malformed' }])
  t.match(line.told, /^HTTP\/1\.1 400/)
  t.equal(line.destroyed, false, 'what follows does not take the answer away')
  const broken = new Line()
  handle({ code: 'ECONNRESET' }, broken)
  t.equal(broken.destroyed, true)
  t.equal(answered.length, 1)
})
