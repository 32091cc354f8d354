import { gzipSync } from 'node:zlib'
import type { Play, Reception, Road } from '../../src/hostile-upstream.ts'

/** `refused`: 502 and nothing of the answer; `cut`: part of it and the end of the connection; else what the whole answer looks like. */
export type Expected = 'refused' | 'cut' | (Partial<Pick<Reception, 'status' | 'body'>> & Headers)

interface Headers {
  /** Fields that are there. */
  readonly has?: Readonly<Record<string, string>>
  /** Fields that are not. */
  readonly lacks?: readonly string[]
}

export interface Case extends Play {
  readonly method?: 'GET' | 'HEAD'
  /** What the client gets; of two, the second by `node:http`. */
  readonly expected: Expected | readonly [fast: Expected, node: Expected]
  /** A client of HTTP/2 gets a reset, since its protocol can not carry the answer. */
  readonly http2?: 'reset'
  /** Whether the connection to the upstream may carry the next request. */
  readonly keeps?: true | Road
}

export const expectedOn = ({ expected }: Case, road: Road): Expected =>
  Array.isArray(expected)
    ? (expected as readonly [Expected, Expected])[road === 'fast' ? 0 : 1]
    : (expected as Expected)

const OK = 'HTTP/1.1 200 OK\r\n'
const LENGTH = 'Content-Length: 2\r\n'
const CHUNKED = 'Transfer-Encoding: chunked\r\n'
const head = (...lines: readonly string[]): string => `${OK}${lines.map(line => `${line}\r\n`).join('')}\r\n`
const SECOND = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled'
const many = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join('')
const refused = 'refused'
const ok = { status: 200, body: 'ok' } as const
const bomb = gzipSync(Buffer.alloc(10_000_000)).toString('latin1')

/** Heads that two readers read in two ways. */
const HEADS: Readonly<Record<string, Case>> = {
  'a bare CR in a value': { bytes: `${OK}X-A: a\rSet-Cookie: evil=1\r\n${LENGTH}\r\nok`, expected: refused },
  'a bare LF that begins another field': {
    bytes: `${OK}X-A: a\nSet-Cookie: evil=1\r\n${LENGTH}\r\nok`,
    expected: refused,
  },
  'CR LF CR LF in what was meant for a value': {
    bytes: `${OK}X-A: a\r\n\r\n${SECOND}`,
    then: 'end',
    expected: { status: 200, body: SECOND },
  },
  'NUL in a value': { bytes: `${OK}X-A: a\0b\r\n${LENGTH}\r\nok`, expected: refused },
  'NUL in a name': { bytes: `${OK}X\0A: a\r\n${LENGTH}\r\nok`, expected: refused },
  'a control character in a value': { bytes: `${OK}X-A: a\x01b\r\n${LENGTH}\r\nok`, expected: refused },
  'CR in the reason phrase': { bytes: `HTTP/1.1 200 O\rK\r\n${LENGTH}\r\nok`, expected: refused },
  'LF in the reason phrase': { bytes: `HTTP/1.1 200 O\nSet-Cookie: evil=1\r\n${LENGTH}\r\nok`, expected: refused },
  'NUL in the reason phrase': { bytes: `HTTP/1.1 200 O\0K\r\n${LENGTH}\r\nok`, expected: refused },
  'bare LF for every line end': { bytes: 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok', expected: refused },
  'bare LF for the empty line': { bytes: `${OK}${LENGTH}\nok`, expected: refused },
  'obs-fold': { bytes: `${OK}X-A: one\r\n two\r\n${LENGTH}\r\nok`, expected: refused },
  'obs-fold in Content-Length': { bytes: `${OK}Content-Length:\r\n 2\r\n\r\nok`, expected: refused },
  'a space before the colon': { bytes: `${OK}Content-Length : 2\r\n\r\nok`, expected: refused },
  'a tab before the colon': { bytes: `${OK}Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n`, expected: refused },
  'a space before the first field': { bytes: `${OK} X-A: a\r\n${LENGTH}\r\nok`, expected: refused },
  'a field without a colon': { bytes: `${OK}nothing\r\n${LENGTH}\r\nok`, expected: refused },
  'an empty field name': { bytes: `${OK}: a\r\n${LENGTH}\r\nok`, expected: refused },
  'a name beyond ASCII': { bytes: `${OK}X-\xe9: a\r\n${LENGTH}\r\nok`, expected: refused },
  'a huge field': { bytes: head(`X-A: ${'x'.repeat(40_000)}`), expected: refused },
  'a head that never ends': {
    bytes: [OK, ...Array.from({ length: 40 }, (_, index) => `X-${index}: ${'x'.repeat(1000)}\r\n`)],
    expected: refused,
  },
  'a line that never ends': {
    bytes: [OK, 'X-A: ', ...Array.from({ length: 40 }, () => 'x'.repeat(1000))],
    expected: refused,
  },
  'a thousand fields': {
    bytes: head(...Array.from({ length: 1000 }, (_, index) => `X-${index}: 1`), 'Content-Length: 2').concat('ok'),
    expected: refused,
  },
  'an endless status line': {
    bytes: ['HTTP/1.1 200 ', ...Array.from({ length: 40 }, () => 'x'.repeat(1000))],
    expected: refused,
  },
}

/** Status lines and versions. */
const STATUS: Readonly<Record<string, Case>> = {
  'HTTP/0.9': { bytes: 'ok', then: 'end', expected: refused },
  'a page without a head': { bytes: '<!doctype html>\r\n\r\nok', expected: refused },
  'HTTP/1.0 with a length': { bytes: `HTTP/1.0 200 OK\r\n${LENGTH}\r\nok`, then: 'end', expected: ok },
  'HTTP/1.0 that ends with its connection': { bytes: 'HTTP/1.0 200 OK\r\n\r\nok', then: 'end', expected: ok },
  'HTTP/1.0 with chunks': {
    bytes: `HTTP/1.0 200 OK\r\n${CHUNKED}\r\n2\r\nok\r\n0\r\n\r\n`,
    then: 'end',
    expected: refused,
  },
  'HTTP/1.2': { bytes: `HTTP/1.2 200 OK\r\n${LENGTH}\r\nok`, expected: refused },
  'HTTP/1.10': { bytes: `HTTP/1.10 200 OK\r\n${LENGTH}\r\nok`, expected: refused },
  'HTTP/2.0 by name': { bytes: `HTTP/2.0 200 OK\r\n${LENGTH}\r\nok`, expected: refused },
  'the protocol in lower case': { bytes: `http/1.1 200 OK\r\n${LENGTH}\r\nok`, expected: refused },
  'ICY instead of HTTP': { bytes: `ICY 200 OK\r\n${LENGTH}\r\nok`, expected: refused },
  'status 099': { bytes: `HTTP/1.1 099 No\r\n${LENGTH}\r\nok`, expected: refused },
  'status 99': { bytes: `HTTP/1.1 99 No\r\n${LENGTH}\r\nok`, expected: refused },
  'status 600': {
    bytes: `HTTP/1.1 600 No\r\n${LENGTH}\r\nok`,
    keeps: 'fast',
    expected: [{ status: 600, body: 'ok' }, refused],
  },
  'status 1000': { bytes: `HTTP/1.1 1000 No\r\n${LENGTH}\r\nok`, expected: refused },
  'status 000': { bytes: `HTTP/1.1 000 No\r\n${LENGTH}\r\nok`, expected: refused },
  'a negative status': { bytes: `HTTP/1.1 -200 OK\r\n${LENGTH}\r\nok`, expected: refused },
  'a status that is no number': { bytes: `HTTP/1.1 2O0 OK\r\n${LENGTH}\r\nok`, expected: refused },
  'no status': { bytes: `HTTP/1.1\r\n${LENGTH}\r\nok`, expected: refused },
  'two spaces before the status': { bytes: `HTTP/1.1  200 OK\r\n${LENGTH}\r\nok`, expected: refused },
  'an empty line before the status line': { bytes: `\r\n${OK}${LENGTH}\r\nok`, keeps: 'node', expected: [refused, ok] },
  '101 that nobody asked for': {
    bytes: 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\nbytes',
    expected: refused,
  },
  '101 without Upgrade': { bytes: 'HTTP/1.1 101 Switching Protocols\r\n\r\n', then: 'end', expected: refused },
}

/** Where an answer ends. */
const FRAMING: Readonly<Record<string, Case>> = {
  'lengths that differ': { bytes: `${OK}Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!`, expected: refused },
  'a length that is said twice': { bytes: `${OK}${LENGTH}${LENGTH}\r\nok`, expected: refused },
  'a list of lengths': { bytes: `${OK}Content-Length: 2, 2\r\n\r\nok`, expected: refused },
  'a negative length': { bytes: `${OK}Content-Length: -2\r\n\r\nok`, then: 'end', expected: refused },
  'a length with a plus': { bytes: `${OK}Content-Length: +2\r\n\r\nok`, expected: refused },
  'a length in hex': { bytes: `${OK}Content-Length: 0x2\r\n\r\nok`, expected: refused },
  'a length with a unit': { bytes: `${OK}Content-Length: 2 bytes\r\n\r\nok`, expected: refused },
  'an empty length': { bytes: `${OK}Content-Length:\r\n\r\nok`, then: 'end', expected: refused },
  'a length beyond 64 bits': {
    bytes: `${OK}Content-Length: 18446744073709551618\r\n\r\nok`,
    then: 'end',
    expected: refused,
  },
  'CL.TE': { bytes: `${OK}${LENGTH}${CHUNKED}\r\n0\r\n\r\n`, expected: refused },
  'TE.CL': { bytes: `${OK}${CHUNKED}${LENGTH}\r\n2\r\nok\r\n0\r\n\r\n`, expected: refused },
  'TE.TE': { bytes: `${OK}${CHUNKED}${CHUNKED}\r\n2\r\nok\r\n0\r\n\r\n`, then: 'end', expected: refused },
  'TE identity': { bytes: `${OK}Transfer-Encoding: identity\r\n${LENGTH}\r\nok`, then: 'end', expected: refused },
  'TE xchunked': {
    bytes: `${OK}Transfer-Encoding: xchunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    then: 'end',
    expected: refused,
  },
  'TE chunked, identity': {
    bytes: `${OK}Transfer-Encoding: chunked, identity\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    then: 'end',
    expected: refused,
  },
  'TE gzip, chunked': {
    bytes: `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    then: 'end',
    expected: refused,
  },
  'TE with a vertical tab': {
    bytes: `${OK}Transfer-Encoding: \x0bchunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    then: 'end',
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
  'a length that is longer than the body': { bytes: `${OK}Content-Length: 9\r\n\r\nok`, then: 'end', expected: 'cut' },
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
  'a reset in the middle of the body': { bytes: [`${OK}Content-Length: 9\r\n\r\nok`], then: 'reset', expected: 'cut' },
  'a reset before a byte': { bytes: [], then: 'reset', expected: refused },
}

/** What goes on, and what does not. */
const CONTENT: Readonly<Record<string, Case>> = {
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

export const CASES: Readonly<Record<string, Case>> = { ...HEADS, ...STATUS, ...FRAMING, ...CONTENT }
