import t from 'tap'
import { LIMITS, readWithOurs } from './oracle/ours.ts'

const latin = (text: string) => Buffer.from(text, 'latin1')

/** Reads the text whole, cut in two at every place, and a byte at a time; all must come to the same. */
function readEveryWay(text: string, method = 'GET', limits = LIMITS) {
  const bytes = latin(text)
  const whole = readWithOurs(method, [bytes], limits)
  const ways = [[...bytes].map(byte => Buffer.of(byte))]
  for (let at = 1; at < bytes.length; at++) ways.push([bytes.subarray(0, at), bytes.subarray(at)])
  const others = ways.map(parts => readWithOurs(method, parts, limits))
  return { whole, differing: others.filter(other => JSON.stringify(other) !== JSON.stringify(whole)) }
}

const ok = (head: string, body = '') => `HTTP/1.1 200 OK\r\n${head}\r\n${body}`
const chunked = (body: string) => ok('transfer-encoding: chunked\r\n', body)

const ACCEPTED: readonly [what: string, text: string, body: string, method?: string][] = [
  ['a length', ok('Content-Length: 5\r\n', 'hello'), 'hello'],
  ['a length with leading zeros', ok('Content-Length: 0005\r\n', 'hello'), 'hello'],
  ['a length of nothing', ok('Content-Length: 0\r\n'), ''],
  ['bytes after the end, which belong to nothing', ok('Content-Length: 2\r\n', 'hiHTTP/1.1 200 OK\r\n\r\n'), 'hi'],
  ['chunks', chunked('5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n'), 'hello world'],
  ['chunk sizes in either case and with leading zeros', chunked('00A\r\n0123456789\r\n00\r\n\r\n'), '0123456789'],
  ['chunk extensions, which are dropped', chunked('2;a=b;c="d e"\r\nhi\r\n0;last\r\n\r\n'), 'hi'],
  ['a tab after a coding', ok('Transfer-Encoding:chunked\t\r\n', '2\r\nhi\r\n0\r\n\r\n'), 'hi'],
  ['a coding in capitals', ok('Transfer-Encoding: CHUNKED\r\n', '2\r\nhi\r\n0\r\n\r\n'), 'hi'],
  ['a body that ends with the connection', ok('x: y\r\n', 'until the end'), 'until the end'],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nold', 'old'],
  ['an answer to HEAD with a length', ok('Content-Length: 5\r\n'), '', 'HEAD'],
  ['an answer to HEAD with chunks announced', ok('Transfer-Encoding: chunked\r\n'), '', 'HEAD'],
  ['a 304 with a length', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', ''],
  ['a 204 with a length of nothing', 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n', ''],
  ['no reason phrase', 'HTTP/1.1 200 \r\ncontent-length: 2\r\n\r\nhi', 'hi'],
  ['not even the space before one', 'HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nhi', 'hi'],
  [
    'interim responses',
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok('content-length: 2\r\n', 'hi')}`,
    'hi',
  ],
  ['empty values and white space around values', ok('a:\r\nb: \t \r\nc: \t d \t\r\ncontent-length:2\r\n', 'hi'), 'hi'],
]

t.test('what the standard allows is read the same however it is cut', async t => {
  for (const [what, text, body, method] of ACCEPTED) {
    const { whole, differing } = readEveryWay(text, method)
    t.match(whole, { body }, what)
    t.equal(differing.length, 0, `${what}, cut anywhere`)
  }
})

const REFUSED: readonly [what: string, text: string, fault: RegExp][] = [
  ['a line feed without a carriage return', 'HTTP/1.1 200 OK\ncontent-length: 0\r\n\r\n', /bare line feed/],
  ['one after a field', ok('a: b\ncontent-length: 0\r\n'), /bare line feed/],
  ['one in place of the empty line', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\n', /field name/],
  ['a carriage return without a line feed', ok('a: b\rc: d\r\n'), /without a line feed/],
  ['a folded line', ok('a: b\r\n folded\r\n'), /field name/],
  ['a folded line by tab', ok('a: b\r\n\tfolded\r\n'), /field name/],
  ['a space before the colon', ok('Content-Length : 5\r\n', 'hello'), /field name/],
  ['a field without a name', ok(': b\r\n'), /field name/],
  ['a field without a colon', ok('hello\r\n'), /field name/],
  ['a NUL in a value', ok('a: b\0c\r\n'), /control character/],
  ['a control character in a value', ok('a: b\x01c\r\n'), /control character/],
  ['a DEL in a value', ok('a: b\x7fc\r\n'), /control character/],
  ['a name beyond ASCII', ok('caf\xe9: b\r\n'), /field name/],
  ['two lengths', ok('content-length: 5\r\ncontent-length: 6\r\n', 'hello!'), /more than one Content-Length/],
  ['two equal lengths', ok('content-length: 5\r\nContent-Length: 5\r\n', 'hello'), /more than one Content-Length/],
  ['a list of lengths', ok('content-length: 5, 5\r\n', 'hello'), /Content-Length that is no number/],
  ['a signed length', ok('content-length: +5\r\n', 'hello'), /Content-Length that is no number/],
  ['a negative length', ok('content-length: -5\r\n', 'hello'), /Content-Length that is no number/],
  ['a hexadecimal length', ok('content-length: 0x5\r\n', 'hello'), /Content-Length that is no number/],
  ['a tab after a length', ok('content-length: 5 \t\r\n', 'hello'), /Content-Length that is no number/],
  ['an empty length', ok('content-length:\r\n', 'hello'), /Content-Length that is no number/],
  ['a length beyond counting', ok('content-length: 9999999999999999\r\n'), /Content-Length that is no number/],
  ['a length beside chunks', ok('content-length: 5\r\ntransfer-encoding: chunked\r\n', '0\r\n\r\n'), /beside/],
  ['chunks beside a length', ok('transfer-encoding: chunked\r\ncontent-length: 5\r\n', '0\r\n\r\n'), /beside/],
  ['another coding', ok('transfer-encoding: gzip, chunked\r\n', '0\r\n\r\n'), /other than chunked/],
  ['a coding after chunked', ok('transfer-encoding: chunked, identity\r\n', '0\r\n\r\n'), /other than chunked/],
  ['an almost chunked coding', ok('transfer-encoding: xchunked\r\n', '0\r\n\r\n'), /other than chunked/],
  ['chunked twice', ok('transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n', '0\r\n\r\n'), /more than one/],
  ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', /HTTP\/1.0/],
  ['a 204 with a body', 'HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nhi', /without content/],
  ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n', /switch/],
  ['an interim response with a length', `HTTP/1.1 103 Early\r\ncontent-length: 2\r\n\r\n${ok('')}`, /interim/],
  [
    'an interim response that closes',
    `HTTP/1.1 103 Early\r\nconnection: close\r\n\r\n${ok('')}`,
    /ends the connection/,
  ],
  ['HTTP/2', 'HTTP/2 200 OK\r\n\r\n', /status line/],
  ['HTTP/1.2', 'HTTP/1.2 200 OK\r\n\r\n', /status line/],
  ['small letters', 'http/1.1 200 OK\r\n\r\n', /status line/],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', /status line/],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n', /status line/],
  ['a status below 100', 'HTTP/1.1 099 OK\r\n\r\n', /status line/],
  ['two spaces in the status line', 'HTTP/1.1  200 OK\r\n\r\n', /status line/],
  ['an empty line first', '\r\nHTTP/1.1 200 OK\r\n\r\n', /field name|status line/],
  ['a chunk without a size', chunked('\r\nhello\r\n0\r\n\r\n'), /without a size/],
  ['a chunk size with a prefix', chunked('0x5\r\nhello\r\n0\r\n\r\n'), /no number/],
  ['a space after a chunk size', chunked('5 \r\nhello\r\n0\r\n\r\n'), /no number/],
  ['a chunk size beyond counting', chunked('fffffffffffffff\r\nhello'), /too large/],
  ['a line feed after a chunk size', chunked('5\nhello\r\n0\r\n\r\n'), /no number/],
  ['a chunk longer than its size', chunked('4\r\nhello\r\n0\r\n\r\n'), /longer/],
  ['a line feed after a chunk', chunked('5\r\nhello\n0\r\n\r\n'), /longer/],
  ['a line feed in an extension', chunked('5;a\nhello\r\n0\r\n\r\n'), /extension/],
  ['a carriage return in an extension', chunked('5;a\rb\r\nhello\r\n0\r\n\r\n'), /without a line feed/],
  ['an extension without a name', chunked('5;=b\r\nhello\r\n0\r\n\r\n'), /extension/],
  ['an open quotation in an extension', chunked('5;a="b\r\nhello\r\n0\r\n\r\n'), /extension/],
  ['a byte beyond ASCII in an extension', chunked('5;a\xff\r\nhello\r\n0\r\n\r\n'), /extension/],
  ['a NUL in an extension', chunked('5;\0\r\nhello\r\n0\r\n\r\n'), /extension/],
  ['an endless extension', chunked(`5;${'a'.repeat(257)}\r\nhello\r\n0\r\n\r\n`), /too long/],
  ['a broken trailer', chunked('0\r\nno colon\r\n\r\n'), /field name/],
  ['a length among the trailers', chunked('0\r\ncontent-length: 5\r\n\r\n'), /framing field/],
  ['nothing', '', /no response/],
  ['half a head', 'HTTP/1.1 200 OK\r\ncontent-le', /no response/],
  ['an interim response only', 'HTTP/1.1 103 Early Hints\r\n\r\n', /no response/],
  ['half a body', ok('content-length: 5\r\n', 'hel'), /cut off/],
  ['half a chunk', chunked('5\r\nhel'), /cut off/],
  ['no last chunk', chunked('5\r\nhello\r\n'), /cut off/],
  ['no end of the trailers', chunked('5\r\nhello\r\n0\r\n'), /cut off/],
]

t.test('what two readers could read in two ways is refused however it is cut', async t => {
  for (const [what, text, fault] of REFUSED) {
    const { whole, differing } = readEveryWay(text)
    t.match(whole, fault, what)
    t.equal(differing.length, 0, `${what}, cut anywhere`)
  }
})

t.test('only end-to-end fields go on, and none that Connection names', async t => {
  const hop =
    'Connection: close, X-Named\r\nKeep-Alive: timeout=5\r\nProxy-Connection: x\r\nTE: x\r\nUpgrade: x\r\nTrailer: x\r\n'
  const proxy = 'Proxy-Authenticate: x\r\nProxy-Authorization: x\r\n'
  const reading = readWithOurs('GET', [
    latin(ok(`${hop}${proxy}x-named: 1\r\nX-Other: \xe9\r\nSet-Cookie: a\r\nSet-Cookie: b\r\ncontent-length: 0\r\n`)),
  ])
  t.match(reading, { fields: ['x-other', '\xe9', 'set-cookie', 'a', 'set-cookie', 'b'] })
})

t.test('of the trailers those go on that were announced and change nothing the head said', async t => {
  const head = 'transfer-encoding: chunked\r\ntrailer: X-Sum, content-type\r\ntrailer: set-cookie, x-late\r\n'
  const trailers = 'X-Sum: 1\r\nContent-Type: 7\r\nSet-Cookie: a=b\r\nX-Silent: 2\r\nx-late: 3\r\n'
  const { whole, differing } = readEveryWay(ok(head, `2\r\nhi\r\n0\r\n${trailers}\r\n`))
  t.match(whole, { body: 'hi', trailers: ['X-Sum', '1', 'x-late', '3'] })
  t.equal(differing.length, 0)
  t.match(readWithOurs('GET', [latin(chunked('0\r\nX-Sum: 1\r\n\r\n'))]), { trailers: [] })
})

t.test('a head, its fields, its trailers and the interim responses before it are bounded', async t => {
  const limits = { head: 100, fields: 4, interim: 2 }
  const read = (text: string) => readEveryWay(text, 'GET', limits)
  const long = read(ok(`a: ${'b'.repeat(200)}\r\ncontent-length: 0\r\n`))
  t.equal(long.whole, 'a head that is too large')
  t.equal(long.differing.length, 0)
  t.equal(read(ok(`a: ${'b'.repeat(200)}`)).whole, 'a head that is too large', 'one that never ends')
  t.match(read(ok('a:\r\nb:\r\nc:\r\ncontent-length: 0\r\n')).whole, { body: '' })
  t.equal(read(ok('a:\r\nb:\r\nc:\r\nd:\r\ncontent-length: 0\r\n')).whole, 'too many fields')
  t.equal(read(chunked(`0\r\na: ${'b'.repeat(200)}\r\n\r\n`)).whole, 'a head that is too large')
  const early = 'HTTP/1.1 103 Early\r\n\r\n'
  t.match(read(`${early}${early}${ok('content-length: 0\r\n')}`).whole, { body: '' })
  t.equal(read(`${early}${early}${early}${ok('content-length: 0\r\n')}`).whole, 'too many interim responses')
})
