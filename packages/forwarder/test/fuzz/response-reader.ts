import assert from 'node:assert/strict'
import { readWithLlhttp } from '../oracle/llhttp.ts'
import { readWithOurs } from '../oracle/ours.ts'

const LIMITS = { head: 600, fields: 12, interim: 2 }
const HOP_BY_HOP = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade', 'content-length'],
])

/** RFC 9110 section 6.5.1: framing, routing, authentication, and what changes how the content is read. */
const HEAD_ONLY = /^(?:content-|transfer-|host$|authorization$|www-authenticate$|set-cookie$|cache-control$|location$)/i

/** The first byte says which request was answered and where the network cuts; the rest is what the upstream says before it closes. */
export function fuzz(input: Buffer): void {
  const [first = 0] = input
  const bytes = input.subarray(1)
  const method = first & 1 ? 'HEAD' : 'GET'
  const size = (first >> 1) + 1
  const whole = readWithOurs(method, [bytes], LIMITS)
  for (const length of [size, 1]) {
    const pieces = readWithOurs(method, cut(bytes, length), LIMITS)
    // What is wrong with a line is known once it has ended: one that never ends is only cut off.
    if (typeof whole !== 'string' || typeof pieces !== 'string')
      assert.deepEqual(pieces, whole, 'in pieces it reads otherwise')
  }
  if (typeof whole === 'string') {
    assert.notEqual(whole, '', 'refused without a reason')
    return
  }

  const { status, fields, body, trailers } = whole
  assert.ok(status >= 200 && status <= 999)
  for (const text of [...fields, ...trailers]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes are what is looked for
    assert.doesNotMatch(text, /[\0-\x08\x0a-\x1f\x7f]/, 'a control byte in a field')
  }
  assert.ok(
    fields.every((name, index) => index % 2 === 1 || !HOP_BY_HOP.has(name)),
    'a hop-by-hop field goes on',
  )

  // llhttp takes a tab for a part of the coding; it is white space around it (RFC 9110 section 5.5).
  if (/transfer-encoding:[^\r\n]*\t/i.test(bytes.toString('latin1'))) return
  const theirs = readWithLlhttp(method, bytes)
  assert.ok(theirs !== undefined, 'only llhttp refuses')
  const listed = (field: string): readonly string[] =>
    theirs.fields
      .filter((_, index) => index % 2 === 1 && theirs.fields[index - 1] === field)
      .flatMap(value => value.toLowerCase().split(','))
      .map(name => name.trim())
  const [named, announced] = [listed('connection'), listed('trailer')]
  for (const name of trailers.filter((_, index) => index % 2 === 0)) {
    assert.ok(announced.includes(name.toLowerCase()), 'a trailer field that nobody announced')
    assert.ok(!HEAD_ONLY.test(name) && !HOP_BY_HOP.has(name.toLowerCase()), 'a trailer field that belongs in the head')
  }
  const kept = theirs.fields.filter((_, index) => {
    const name = theirs.fields[index - (index % 2)] ?? ''
    return !HOP_BY_HOP.has(name) && !named.includes(name)
  })
  assert.deepEqual({ status, fields, body }, { ...theirs, fields: kept.map(text => text.replace(/[\t ]+$/, '')) })
}

function cut(bytes: Buffer, size: number): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size))
  return pieces
}

export const seeds = [
  '\0HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello',
  '\x02HTTP/1.1 200 OK\r\nTrailer: x-sum\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nx-sum: 1\r\n\r\n',
  '\x01HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\nConnection: x-hop, close\r\nX-Hop: 1\r\n\r\n',
  '\x08HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\nHTTP/1.0 204\r\nKeep-Alive: timeout=5\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
]

export const dictionary = [
  ...[
    '\r\n',
    '\r\n\r\n',
    '\n',
    '\r',
    ': ',
    ' ',
    '\t',
    ';',
    ',',
    '\0',
    '\x80',
    '0\r\n\r\n',
    '1\r\na\r\n',
    'ffffffffffffffff',
  ],
  ...['HTTP/1.1 ', 'HTTP/1.0 ', 'HTTP/2 ', '200', '204', '304', '101', '100', '103', '000', '1000'],
  ...['Content-Length: ', 'Transfer-Encoding: chunked\r\n', 'gzip, chunked', 'identity', 'Content-Length : 1\r\n'],
  ...[
    'Connection: ',
    'close',
    'keep-alive',
    'upgrade',
    'Upgrade: x\r\n',
    'Trailer: ',
    ' folded\r\n',
    '+1',
    '-1',
    '0x1',
  ],
]
