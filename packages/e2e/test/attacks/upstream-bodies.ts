import { gzipSync } from 'node:zlib'
import { type Case, CHUNKED, head, LENGTH, OK, ok, refused, SECOND } from './upstream-case.ts'

const many = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join('')
const bomb = gzipSync(Buffer.alloc(10_000_000)).toString('latin1')

/** Where an answer ends. */
export const FRAMING: Readonly<Record<string, Case>> = {
  'lengths that differ': { bytes: `${OK}Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!`, expected: refused },
  'a length that is said twice': { bytes: `${OK}${LENGTH}${LENGTH}\r\nok`, expected: refused },
  'a list of lengths': { bytes: `${OK}Content-Length: 2, 2\r\n\r\nok`, expected: refused },
  'a negative length': { bytes: `${OK}Content-Length: -2\r\n\r\nok`, ends: 'end', expected: refused },
  'a length with a plus': { bytes: `${OK}Content-Length: +2\r\n\r\nok`, expected: refused },
  'a length in hex': { bytes: `${OK}Content-Length: 0x2\r\n\r\nok`, expected: refused },
  'a length with a unit': { bytes: `${OK}Content-Length: 2 bytes\r\n\r\nok`, expected: refused },
  'an empty length': { bytes: `${OK}Content-Length:\r\n\r\nok`, ends: 'end', expected: refused },
  'a length beyond 64 bits': {
    bytes: `${OK}Content-Length: 18446744073709551618\r\n\r\nok`,
    ends: 'end',
    expected: refused,
  },
  'CL.TE': { bytes: `${OK}${LENGTH}${CHUNKED}\r\n0\r\n\r\n`, expected: refused },
  'TE.CL': { bytes: `${OK}${CHUNKED}${LENGTH}\r\n2\r\nok\r\n0\r\n\r\n`, expected: refused },
  'TE.TE': { bytes: `${OK}${CHUNKED}${CHUNKED}\r\n2\r\nok\r\n0\r\n\r\n`, ends: 'end', expected: refused },
  'TE identity': { bytes: `${OK}Transfer-Encoding: identity\r\n${LENGTH}\r\nok`, ends: 'end', expected: refused },
  'TE xchunked': {
    bytes: `${OK}Transfer-Encoding: xchunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    ends: 'end',
    expected: refused,
  },
  'TE chunked, identity': {
    bytes: `${OK}Transfer-Encoding: chunked, identity\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    ends: 'end',
    expected: refused,
  },
  'TE gzip, chunked': {
    bytes: `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    ends: 'end',
    expected: refused,
  },
  'TE with a vertical tab': {
    bytes: `${OK}Transfer-Encoding: \x0bchunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    ends: 'end',
    expected: refused,
  },
  'a chunk size with 0x': { bytes: `${OK}${CHUNKED}\r\n0x2\r\nok\r\n0\r\n\r\n`, expected: [refused, 'cut'] },
  'a chunk size with a sign': { bytes: `${OK}${CHUNKED}\r\n+2\r\nok\r\n0\r\n\r\n`, expected: [refused, 'cut'] },
  'a chunk size beyond 64 bits': {
    bytes: `${OK}${CHUNKED}\r\n10000000000000002\r\nok\r\n0\r\n\r\n`,
    expected: [refused, 'cut'],
  },
  'a chunk size that never ends': {
    bytes: `${OK}${CHUNKED}\r\n${'0'.repeat(10_000)}`,
    expected: [refused, 'cut'],
  },
  'a chunk extension that never ends': {
    bytes: [`${OK}${CHUNKED}\r\n`, '2;', ...Array.from({ length: 40 }, () => 'x'.repeat(1000))],
    expected: 'cut',
  },
  'a chunk extension': { bytes: `${OK}${CHUNKED}\r\n2;a=b\r\nok\r\n0;c="d"\r\n\r\n`, keeps: true, expected: ok },
  'a chunk extension with a bare LF': { bytes: `${OK}${CHUNKED}\r\n2;a\nok\r\n0\r\n\r\n`, expected: [refused, 'cut'] },
  'a chunk with bare LF for line ends': { bytes: `${OK}${CHUNKED}\r\n2\nok\n0\n\n`, expected: [refused, 'cut'] },
  'a chunk that is longer than its size': {
    bytes: `${OK}${CHUNKED}\r\n2\r\nokay\r\n0\r\n\r\n`,
    expected: [refused, 'cut'],
  },
  'a length that is longer than the body': { bytes: `${OK}Content-Length: 9\r\n\r\nok`, ends: 'end', expected: 'cut' },
  'a length that is shorter than the body': { bytes: `${OK}${LENGTH}\r\nok${SECOND}`, expected: ok },
  'a second answer nobody asked for': { bytes: `${OK}${LENGTH}\r\nok${SECOND}`, expected: ok },
  'a second answer after chunks': { bytes: `${OK}${CHUNKED}\r\n2\r\nok\r\n0\r\n\r\n${SECOND}`, expected: ok },
  'a length among the trailers': {
    bytes: `${OK}${CHUNKED}Trailer: Content-Length\r\n\r\n2\r\nok\r\n0\r\nContent-Length: 1\r\n\r\n`,
    expected: [refused, 'cut'],
  },
  '204 with a body': { bytes: `HTTP/1.1 204 No Content\r\n${LENGTH}\r\nok`, expected: refused },
  '204 and another answer': { bytes: `HTTP/1.1 204 No Content\r\n\r\n${SECOND}`, expected: { status: 204, body: '' } },
  '304 with a body': { bytes: `HTTP/1.1 304 Not Modified\r\n${LENGTH}\r\nok`, expected: { status: 304, body: '' } },
  'HEAD with a body': {
    method: 'HEAD',
    bytes: `${OK}${LENGTH}\r\nok`,
    expected: { status: 200, body: '', has: { 'content-length': '2' } },
  },
  'HEAD with chunks': {
    method: 'HEAD',
    bytes: `${OK}${CHUNKED}\r\n2\r\nok\r\n0\r\n\r\n`,
    expected: { status: 200, body: '' },
  },
  'a reset in the middle of the body': { bytes: [`${OK}Content-Length: 9\r\n\r\nok`], ends: 'reset', expected: 'cut' },
  'a reset before a byte': { bytes: [], ends: 'reset', expected: refused },
}

/** What goes on, and what does not. */
export const CONTENT: Readonly<Record<string, Case>> = {
  'a flood of 100': { bytes: many(1000, () => 'HTTP/1.1 100 Continue\r\n\r\n'), expected: refused },
  'a flood of 102': { bytes: many(1000, () => 'HTTP/1.1 102 Processing\r\n\r\n'), expected: refused },
  'a flood of 103': {
    bytes: many(1000, () => 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n'),
    expected: refused,
  },
  'a few interim answers': {
    bytes: `${many(16, () => 'HTTP/1.1 100 Continue\r\n\r\n')}${OK}${LENGTH}\r\nok`,
    keeps: true,
    expected: ok,
  },
  'an interim answer with a body': {
    bytes: `HTTP/1.1 103 Early Hints\r\n${LENGTH}\r\nok${OK}${LENGTH}\r\nok`,
    expected: refused,
  },
  'an interim answer with a cookie': {
    bytes: `HTTP/1.1 103 Early Hints\r\nSet-Cookie: evil=1\r\n\r\n${OK}${LENGTH}\r\nok`,
    keeps: true,
    expected: { ...ok, lacks: ['set-cookie'] },
  },
  'an interim answer with a split Link': {
    bytes: `HTTP/1.1 103 Early Hints\r\nLink: </a>; x="\rSet-Cookie: evil=1"\r\n\r\n${OK}${LENGTH}\r\nok`,
    expected: refused,
  },
  'fields that Connection names': {
    bytes: head('Connection: X-Hop, keep-alive', 'X-Hop: 1', 'X-Kept: 2', 'Content-Length: 2').concat('ok'),
    keeps: true,
    expected: { ...ok, has: { 'x-kept': '2' }, lacks: ['x-hop'] },
  },
  'Connection that names the length': {
    bytes: head('Connection: Content-Length', 'Content-Length: 2').concat('ok'),
    keeps: true,
    expected: ok,
  },
  'fields of its own connection': {
    bytes: head(
      'Keep-Alive: timeout=9',
      'Upgrade: h2c',
      'Proxy-Connection: close',
      'TE: x',
      'Content-Length: 2',
    ).concat('ok'),
    keeps: 'fast',
    expected: { ...ok, lacks: ['upgrade', 'proxy-connection', 'te'] },
  },
  'trailers that set a cookie': {
    bytes: `${OK}${CHUNKED}Trailer: Set-Cookie, X-Sum\r\n\r\n2\r\nok\r\n0\r\nSet-Cookie: evil=1\r\nX-Sum: 7\r\n\r\n`,
    keeps: true,
    expected: { ...ok, lacks: ['set-cookie'] },
  },
  'trailers without end': {
    bytes: [
      `${OK}${CHUNKED}\r\n2\r\nok\r\n0\r\n`,
      ...Array.from({ length: 40 }, (_, index) => `X-${index}: ${'x'.repeat(1000)}\r\n`),
    ],
    expected: 'cut',
  },
  'two Locations': {
    bytes: 'HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n',
    http2: 'reset',
    keeps: true,
    expected: { status: 302, body: '' },
  },
  'what only the gateway asserts': {
    bytes: head('X-Gatehouse-Subject: root', 'Content-Length: 2').concat('ok'),
    keeps: true,
    expected: ok,
  },
  'a cookie for another host': {
    bytes: head('Set-Cookie: a=1; Domain=bank.example', 'Content-Length: 2').concat('ok'),
    keeps: true,
    expected: { ...ok, has: { 'set-cookie': 'a=1; Domain=bank.example' } },
  },
  'a redirect to an inner host': {
    bytes: 'HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n',
    keeps: true,
    expected: { status: 302, body: '', has: { location: 'http://169.254.169.254/' } },
  },
  'a gzip bomb': {
    bytes: `${head('Content-Encoding: gzip', `Content-Length: ${bomb.length}`)}${bomb}`,
    keeps: true,
    expected: { status: 200, body: bomb },
  },
}
