import fc from 'fast-check'

/** Bytes an upstream says, one character a byte, and where the network cuts them. */
export interface Said {
  readonly method: string
  readonly text: string
  readonly cuts: readonly number[]
}

const TCHAR = [..."!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"]
const VISIBLE = Array.from({ length: 0x7f - 0x21 }, (_, index) => String.fromCharCode(0x21 + index))
const OBSOLETE = Array.from({ length: 0x80 }, (_, index) => String.fromCharCode(0x80 + index))

const name = fc.oneof(
  fc.constantFrom(
    'Server',
    'ETag',
    'Set-Cookie',
    'set-cookie',
    'Date',
    'Vary',
    'x-named',
    'Content-Type',
    'TE',
    'Upgrade-Insecure',
  ),
  fc.string({ unit: fc.constantFrom(...TCHAR), minLength: 1, maxLength: 20 }).map(text => `x${text}`),
)
const word = fc.string({ unit: fc.constantFrom(...VISIBLE, ...OBSOLETE), minLength: 1, maxLength: 12 })
const value = fc
  .array(word, { maxLength: 4 })
  .chain(words => fc.constantFrom(' ', '\t', '  ').map(gap => words.join(gap)))
const padding = fc.constantFrom('', ' ', '\t', ' \t ')
const field = fc
  .tuple(name, padding, value, padding)
  .map(([key, before, text, after]) => `${key}:${before}${text}${after}\r\n`)
const fields = fc.array(field, { maxLength: 5 }).map(lines => lines.join(''))
const reason = fc.constantFrom('OK', '', 'Not Found', 'caf\xe9 au lait', "I'm a teapot")
const body = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map(code => String.fromCharCode(code)),
  maxLength: 120,
})
const interim = fc
  .tuple(fc.constantFrom(102, 103, 199), reason, fields)
  .map(([status, text, lines]) => `HTTP/1.1 ${status} ${text}\r\n${lines}\r\n`)
const connection = fc.constantFrom(
  '',
  '',
  'Connection: keep-alive\r\n',
  'connection: close\r\n',
  'Connection: x-named, keep-alive\r\n',
)
const keepAlive = fc.constantFrom('', 'Keep-Alive: timeout=5\r\n', 'keep-alive: timeout=72, max=1000\r\n')

function chunk(text: string, style: number): string {
  const digits = text.length.toString(16)
  const size = [digits, digits.toUpperCase(), `0${digits}`, `000${digits}`][style % 4] as string
  const extension = ['', '', ';name', ';name=value', ';a=b;c="d e"'][style % 5] as string
  return `${size}${extension}\r\n${text}\r\n`
}

const chunked = fc
  .tuple(fc.array(fc.tuple(body, fc.nat(19)), { maxLength: 4 }), fc.nat(19), fields)
  .map(([parts, style, trailers]) => {
    const chunks = parts.filter(([text]) => text !== '').map(([text, each]) => chunk(text, each))
    const last = ['0', '00', '0;last', '0;a=b'][style % 4]
    return `${chunks.join('')}${last}\r\n${trailers}\r\n`
  })

type Framing = { readonly line: string; readonly body: string; readonly isDelimited: boolean }

const framing: fc.Arbitrary<Framing> = fc.oneof(
  body.map(text => ({ line: `Content-Length: ${text.length}\r\n`, body: text, isDelimited: true })),
  body.map(text => ({ line: `content-length:0${text.length}  \r\n`, body: text, isDelimited: true })),
  chunked.map(text => ({ line: 'Transfer-Encoding: chunked\r\n', body: text, isDelimited: true })),
  chunked.map(text => ({ line: 'trailer: x-named\r\ntransfer-encoding:Chunked\r\n', body: text, isDelimited: true })),
  body.map(text => ({ line: '', body: text, isDelimited: false })),
)

/** A response the standard allows, as bytes. */
const response = fc
  .record({
    interim: fc.array(interim, { maxLength: 2 }),
    isOld: fc.nat(9),
    status: fc.constantFrom(200, 200, 200, 201, 204, 206, 301, 304, 404, 500, 503, 599),
    reason,
    before: fields,
    after: fields,
    connection,
    keepAlive,
    framing,
    method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD'),
    surplus: fc.constantFrom('', '', '', 'x', 'HTTP/1.1 200 OK\r\n\r\n'),
  })
  .map(parts => {
    const isOld = parts.isOld === 0 && !/transfer-encoding/i.test(parts.framing.line)
    const hasBody = parts.method !== 'HEAD' && parts.status !== 204 && parts.status !== 304
    // A 204 has no length (RFC 9110 section 8.6).
    const framingLine = parts.status === 204 ? '' : parts.framing.line
    const head = `HTTP/1.${isOld ? 0 : 1} ${parts.status} ${parts.reason}\r\n${parts.before}${framingLine}${parts.connection}${parts.keepAlive}${parts.after}\r\n`
    const surplus = !hasBody || parts.framing.isDelimited ? parts.surplus : ''
    return {
      method: parts.method,
      text: `${parts.interim.join('')}${head}${hasBody ? parts.framing.body : ''}${surplus}`,
    }
  })

const cuts = fc.oneof(
  fc.constant<number[]>([]),
  fc.array(fc.nat(600), { maxLength: 6 }),
  fc.tuple(fc.nat(500), fc.nat(12)).map(([from, count]) => Array.from({ length: count }, (_, index) => from + index)),
)

/** What the standard allows, cut anywhere. */
export const wellFormed: fc.Arbitrary<Said> = fc.tuple(response, cuts).map(([said, at]) => ({ ...said, cuts: at }))

const SPLINTERS = [
  ...[
    '\n',
    '\r',
    '\0',
    ' ',
    '\t',
    ':',
    ';',
    ',',
    '0',
    '9',
    'a',
    'g',
    '-',
    '+',
    '\x7f',
    '\x80',
    '\xff',
    '\r\n',
    '\n\n',
    '\r\n\r\n',
    '\r\r\n',
  ],
  ...[
    'HTTP/1.1 200 OK\r\n',
    ' folded\r\n',
    '\tfolded\r\n',
    ': empty\r\n',
    'no colon\r\n',
    'a b: c\r\n',
    'x: \x01\r\n',
    'x: a\rb\r\n',
  ],
  ...[
    'Content-Length: 3\r\n',
    'content-length: 3\r\n',
    'Content-Length: 3, 3\r\n',
    'Content-Length: +3\r\n',
    'Content-Length: 0x3\r\n',
  ],
  ...[
    'Content-Length:\r\n',
    'Content-Length: -1\r\n',
    'Content-Length: 3 3\r\n',
    'Content-Length : 3\r\n',
    'Content-Length: 99999999999999999999\r\n',
  ],
  ...[
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding: gzip, chunked\r\n',
    'Transfer-Encoding: chunked, gzip\r\n',
    'Transfer-Encoding: xchunked\r\n',
  ],
  ...[
    'Transfer-Encoding: chunked, chunked\r\n',
    'Transfer-Encoding : chunked\r\n',
    'Transfer-Encoding: identity\r\n',
    'Transfer-Encoding:\r\n',
  ],
  ...[
    'Transfer-Encoding:\x0bchunked\r\n',
    'Transfer-Encoding: "chunked"\r\n',
    'Connection: close\r\n',
    'Connection: content-length\r\n',
  ],
  ...[
    'Upgrade: websocket\r\nConnection: upgrade\r\n',
    'HTTP/1.1 101 Switching\r\n\r\n',
    'HTTP/1.1 103 Early\r\nContent-Length: 3\r\n\r\n',
    '0\r\n\r\n',
    '5\r\nhello\r\n',
  ],
  ...[
    'HTTP/2 200 OK\r\n',
    'HTTP/1.2 200 OK\r\n',
    'http/1.1 200 OK\r\n',
    'ffffffffffffffff\r\n',
    '0x5\r\n',
    '5 ;a\r\n',
    '5;\0\r\n',
  ],
] as const

interface Damage {
  readonly kind: 'insert' | 'replace' | 'delete' | 'line' | 'cut' | 'swap'
  readonly at: number
  readonly length: number
  readonly splinter: string
}

const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom('insert', 'replace', 'delete', 'line', 'line', 'cut', 'swap'),
  at: fc.nat(400),
  length: fc.integer({ min: 1, max: 4 }),
  splinter: fc.constantFrom(...SPLINTERS),
})

function harm(text: string, { kind, at, length, splinter }: Damage): string {
  const here = text.length === 0 ? 0 : at % text.length
  switch (kind) {
    case 'insert':
      return text.slice(0, here) + splinter + text.slice(here)
    case 'replace':
      return text.slice(0, here) + splinter + text.slice(here + splinter.length)
    case 'delete':
      return text.slice(0, here) + text.slice(here + length)
    case 'cut':
      return text.slice(0, here)
    case 'swap':
      return text.replace('\r\n', '\n')
    default: {
      const line = text.indexOf('\r\n', here)
      return line < 0 ? text : text.slice(0, line + 2) + splinter + text.slice(line + 2)
    }
  }
}

/** What a broken or hostile upstream might say instead: mostly not allowed, at times still allowed. */
export const damaged: fc.Arbitrary<Said> = fc
  .tuple(response, fc.array(damage, { minLength: 1, maxLength: 3 }), cuts)
  .map(([said, damages, at]) => ({ method: said.method, text: damages.reduce(harm, said.text), cuts: at }))

/** The fragments the network makes of it. */
export function fragments({ text, cuts: at }: Said): Buffer[] {
  const bytes = Buffer.from(text, 'latin1')
  const places = [...new Set(at.filter(place => place > 0 && place < bytes.length))].sort((a, b) => a - b)
  const parts: Buffer[] = []
  let from = 0
  for (const place of [...places, bytes.length]) {
    if (place > from) parts.push(bytes.subarray(from, place))
    from = place
  }
  return parts
}
