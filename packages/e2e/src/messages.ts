/** What no request line may have for a target (RFC 9112 section 3.2). */
const NO_TARGETS = [
  '\\public\\1',
  'public/1',
  '?/public/1',
  '.',
  '..',
  'x:80',
  'javascript:alert(1)',
  'http:/public/1',
  '/public/\u0080',
  '/public/é',
]

/** A message that two readers would frame or read in two ways, and what the gateway makes of it. */
export interface Message {
  readonly bytes: string
  /** Code of the refusal; `closed` is the end of the connection without an answer. */
  readonly answer: 'request_malformed' | 'target_ambiguous' | 'method_not_allowed' | 'closed'
}

const SMUGGLED = 'GET /admin/smuggled HTTP/1.1\r\nHost: x\r\n\r\n'
const CHUNKED = 'Transfer-Encoding: chunked'

/** Of a request to a public route: what follows the request line, and what follows the head. */
const send = (method: string, fields: readonly string[], rest: string, version = '1.1'): string =>
  `${[`${method} /public/1 HTTP/${version}`, 'Host: x', 'Connection: close', ...fields].join('\r\n')}\r\n\r\n${rest}`

const ofBytes =
  (answer: Message['answer']) =>
  (messages: Readonly<Record<string, string>>): Record<string, Message> =>
    Object.fromEntries(Object.entries(messages).map(([name, bytes]) => [name, { bytes, answer }]))

/** Fields that frame a body, before a body of nothing and a request that nobody sent. */
const framing = (frames: Readonly<Record<string, readonly string[]>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(frames).map(([name, fields]) => [name, send('POST', fields, `0\r\n\r\n${SMUGGLED}`)]),
  )

/** What follows the head of a body in chunks. */
const chunks = (bodies: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(bodies).map(([name, body]) => [name, send('POST', [CHUNKED], `${body}${SMUGGLED}`)]),
  )

/** Lines in place of a second field. */
const lines = (texts: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([name, line]) => [name, send('GET', [line], '')]))

/** Everything before the first field. */
const requestLines = (texts: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([name, line]) => [name, `${line}\r\nHost: x\r\n\r\n`]))

export const MESSAGES: Readonly<Record<string, Message>> = {
  ...ofBytes('request_malformed')({
    'CL.TE': send('POST', ['Content-Length: 6', CHUNKED], `0\r\n\r\n${SMUGGLED}`),
    'TE.CL': send('POST', [CHUNKED, 'Content-Length: 4'], `2d\r\n${SMUGGLED}0\r\n\r\n`),
    ...framing({
      'TE.TE with an unknown coding after it': ['Transfer-Encoding: chunked, x'],
      'TE twice': [CHUNKED, CHUNKED],
      'TE chunked, chunked': ['Transfer-Encoding: chunked, chunked'],
      'TE twice, and a length': ['Transfer-Encoding: identity', CHUNKED, 'Content-Length: 3'],
      'TE with a tab before the colon': ['Transfer-Encoding\t: chunked'],
      'TE with a space before the colon': ['Transfer-Encoding : chunked'],
      'TE with a vertical tab': ['Transfer-Encoding: \u000bchunked'],
      'lengths that differ': ['Content-Length: 0', 'Content-Length: 44'],
      'a length that is said twice': ['Content-Length: 5', 'Content-Length: 5'],
      'a list of lengths': ['Content-Length: 0, 44'],
      'a negative length': ['Content-Length: -1'],
      'a length with a plus': ['Content-Length: +5'],
      'a length in hex': ['Content-Length: 0x5'],
      'a length with a unit': ['Content-Length: 5 bytes'],
      'a length beyond 64 bits': ['Content-Length: 99999999999999999999'],
      'an empty length': ['Content-Length:'],
      'obs-fold in Transfer-Encoding': ['Transfer-Encoding:', ' chunked'],
    }),
    ...chunks({
      'a chunk size with a sign': '-1\r\n\r\n',
      'a chunk size with 0x': '0x5\r\naaaaa\r\n0\r\n\r\n',
      'a chunk size beyond 64 bits': 'fffffffffffffffff\r\na',
      'a chunk that does not end where it says': '1\r\naX\r\n0\r\n\r\n',
      'a chunk size that ends in a bare LF': '2\nok\r\n0\r\n\r\n',
      'a chunk that ends in a bare LF': '2\r\nok\n0\r\n\r\n',
      'a chunk extension that ends in a bare LF': '2;a\nok\r\n0\r\n\r\n',
      'a last chunk that ends in bare LFs': '2\r\nok\r\n0\n\n',
    }),
    ...lines({
      'obs-fold': 'X-A: one\r\n two',
      'a bare LF between two fields': 'X-A: one\nX-B: two',
      'a bare CR in a value': 'X-A: one\rX-B: two',
      'NUL in a value': 'X-A: a\u0000b',
      'NUL in a name': 'X\u0000A: a',
      'a space in a name': 'X A: a',
      'a header without a colon': 'nothing',
      'an empty name': ': a',
    }),
    ...requestLines({
      'a bare LF after the request line': 'GET /public/1 HTTP/1.1\nX-A: one',
      'a bare CR after the request line': 'GET /public/1 HTTP/1.1\rX-A: one',
      'a space before the first header': 'GET /public/1 HTTP/1.1\r\n X-A: one',
      'a space after the version': 'GET /public/1 HTTP/1.1 ',
      'a tab in the request line': 'GET\t/public/1 HTTP/1.1',
      ...Object.fromEntries(
        ['1.2', '1.10', '2.1', '3.0', '9.9'].map(version => [`HTTP/${version}`, `GET /public/1 HTTP/${version}`]),
      ),
      'the protocol in lower case': 'GET /public/1 http/1.1',
      'a method in lower case': 'get /public/1 HTTP/1.1',
      'a method nobody knows': 'BREW /public/1 HTTP/1.1',
      'a method with a space': 'GE T /public/1 HTTP/1.1',
      ...Object.fromEntries(NO_TARGETS.map(target => [`the target ${target}`, `GET ${target} HTTP/1.1`])),
    }),
    'bare LF for every line end': 'GET /public/1 HTTP/1.1\nHost: x\n\n',
    'a bare LF for the empty line': 'GET /public/1 HTTP/1.1\r\nHost: x\r\n\n',
    'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'a TLS hello': '\u0016\u0003\u0001\u0002\u0000\u0001',
    'nothing but line ends': '\r\n\r\n\r\n\r\n: x\r\n\r\n',
  }),
  ...ofBytes('target_ambiguous')({
    ...framing({
      'TE xchunked': ['Transfer-Encoding: xchunked'],
      'TE identity': ['Transfer-Encoding: identity'],
      'TE quoted': ['Transfer-Encoding: "chunked"'],
      'TE gzip, chunked': ['Transfer-Encoding: gzip, chunked'],
    }),
    'TE in HTTP/1.0': send('POST', [CHUNKED], '0\r\n\r\n', '1.0'),
    'Host twice': send('GET', ['Host: x'], ''),
    'two Hosts': send('GET', ['Host: y'], ''),
    'HTTP/0.9': 'GET /public/1\r\n\r\n',
    'HTTP/0.9 by name': 'GET /public/1 HTTP/0.9\r\nHost: x\r\nConnection: close\r\n\r\n',
    'HTTP/2 by name': 'GET /public/1 HTTP/2.0\r\nHost: x\r\nConnection: close\r\n\r\n',
    'no Host': 'GET /public/1 HTTP/1.1\r\nConnection: close\r\n\r\n',
    'no Host in HTTP/1.0': 'GET /public/1 HTTP/1.0\r\n\r\n',
    'an empty Host': 'GET /public/1 HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n',
    'a Host with a path': 'GET /public/1 HTTP/1.1\r\nHost: x/admin\r\nConnection: close\r\n\r\n',
    'an absolute target and another Host': 'GET http://y/public/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'an absolute target and the same Host': 'GET http://x/public/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'OPTIONS *': 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  }),
  ...ofBytes('method_not_allowed')({ TRACE: send('TRACE', [], '') }),
  ...ofBytes('closed')({
    CONNECT: 'CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n',
    'CONNECT to a path': send('CONNECT', [], ''),
  }),
}

/** Targets that lead elsewhere when decoded, normalised, cut or joined. */
export const TARGETS = [
  '/public/../admin/1',
  '/public/./1',
  '/public/..',
  '/public/.',
  '/..',
  '/.',
  '/../admin/1',
  '/public/%2e%2e/admin/1',
  '/public/%2E%2e/admin/1',
  '/public/.%2e/admin/1',
  '/public/%2e./admin/1',
  '/public/%2e/1',
  '/public//admin/1',
  '//public/1',
  '///',
  '/public/1//',
  '/public/..//admin',
  '/public\\1',
  '/public/\\..\\admin',
  '/public/%5c..%5cadmin',
  '/public/%5C1',
  '/public/;/1',
  '/public;jsessionid=1/1',
  '/public/..;/admin/1',
  '/public/1;a=b',
  '/public/%2fadmin/1',
  '/public/%2Fadmin',
  '/public%2f1',
  '/public/..%2fadmin',
  '/public/%252e%252e/admin',
  '/public/%252f',
  '/public/%2525',
  '/public/%25%32%65',
  '/public/%00',
  '/public/1%00.html',
  '/public/%0d%0aX:1',
  '/public/%0a',
  '/public/%09',
  '/public/%7f',
  '/public/%1f',
  '/public/%',
  '/public/%2',
  '/public/%zz',
  '/public/%g0',
  '/public/%u002e',
  '/public/%c0%ae%c0%ae/admin',
  '/public/%c0%af',
  '/public/%ff',
  '/public/%ed%a0%80',
  '/public/#',
  '/public/#/admin',
  '/public/1#x',
  '/public/1?a#/admin',
  '*',
  'http://',
  'http:///public/1',
  'ftp://x/public/1',
  'http://evil.example.com/public/1',
  'HTTP://x/public/../admin/1',
] as const
