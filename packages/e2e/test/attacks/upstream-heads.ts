import { type Case, CHUNKED, head, LENGTH, OK, ok, refused, SECOND } from './upstream-case.ts'

/** Heads that two readers read in two ways. */
export const HEADS: Readonly<Record<string, Case>> = {
  'a bare CR in a value': { bytes: `${OK}X-A: a\rSet-Cookie: evil=1\r\n${LENGTH}\r\nok`, expected: refused },
  'a bare LF that begins another field': {
    bytes: `${OK}X-A: a\nSet-Cookie: evil=1\r\n${LENGTH}\r\nok`,
    expected: refused,
  },
  'CR LF CR LF in what was meant for a value': {
    bytes: `${OK}X-A: a\r\n\r\n${SECOND}`,
    ends: 'end',
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
export const STATUS: Readonly<Record<string, Case>> = {
  'HTTP/0.9': { bytes: 'ok', ends: 'end', expected: refused },
  'a page without a head': { bytes: '<!doctype html>\r\n\r\nok', expected: refused },
  'HTTP/1.0 with a length': { bytes: `HTTP/1.0 200 OK\r\n${LENGTH}\r\nok`, ends: 'end', expected: ok },
  'HTTP/1.0 that ends with its connection': { bytes: 'HTTP/1.0 200 OK\r\n\r\nok', ends: 'end', expected: ok },
  'HTTP/1.0 with chunks': {
    bytes: `HTTP/1.0 200 OK\r\n${CHUNKED}\r\n2\r\nok\r\n0\r\n\r\n`,
    ends: 'end',
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
  '101 without Upgrade': { bytes: 'HTTP/1.1 101 Switching Protocols\r\n\r\n', ends: 'end', expected: refused },
}
