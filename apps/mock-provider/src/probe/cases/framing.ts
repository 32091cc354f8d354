import { CRLF, credential, type Material, type ProbeCase } from '../case.ts'

/** One row: the fields and the body put behind a good request's head. `body`: the mistake is past the head, where an application may have answered. */
interface Row {
  readonly name: string
  readonly say: string
  readonly section: string
  readonly fields?: readonly string[]
  readonly body?: string
  readonly late?: true
  readonly allowed?: string
  /** In place of `METHOD PATH HTTP/1.1`. */
  readonly line?: (method: string, path: string) => string
  /** In place of `Host: ...`; undefined leaves it out. */
  readonly host?: (host: string) => readonly string[]
  /** The whole message. */
  readonly raw?: string
  readonly fine?: readonly number[]
}

const RFC = 'RFC 9112'
const BOTH = `${RFC} section 6.3 point 3`
const CODING = `${RFC} section 6.1`
const LENGTH = `${RFC} section 6.3 point 5`
const CHUNK = `${RFC} section 7.1`
const FIELD = `${RFC} section 5`
const LINE = `${RFC} section 3`
const HOST = `${RFC} section 3.2`
const END = `0${CRLF}${CRLF}`
const CHUNKED = 'Transfer-Encoding: chunked'

const row = (name: string, say: string, section: string, fields: readonly string[], body = ''): Row => ({
  name,
  say,
  section,
  fields,
  body,
})
const late = (name: string, say: string, body: string): Row => ({
  ...row(name, say, CHUNK, [CHUNKED], body),
  late: true,
})
const line = (name: string, say: string, write: NonNullable<Row['line']>, fine?: readonly number[]): Row => ({
  name,
  say,
  section: LINE,
  line: write,
  ...(fine === undefined ? {} : { fine }),
})
const CLOSED = 'RFC 9112 section 6.1 lets a server go by Transfer-Encoding alone, if it closes the connection then'
const UNFOLDED = 'RFC 9112 section 5.2 lets a server read the line end as spaces'
const NAMELESS = 'a server of one name may answer for any; of several, it must not go by Host alone'
const LENIENT = 'RFC 9112 section 3 lets a reader split the line at any white space'
const host = (name: string, say: string, write: NonNullable<Row['host']>): Row => ({
  name,
  say,
  section: HOST,
  host: write,
})

/** Messages that two readers can take in two ways. `S` stands for the request that one of them would find inside. */
const ROWS: readonly Row[] = [
  {
    ...row('cl_te', 'Content-Length and Transfer-Encoding.', BOTH, ['Content-Length: 6', CHUNKED], `${END}S`),
    late: true,
    allowed: CLOSED,
  },
  {
    ...row('te_cl', 'Transfer-Encoding and Content-Length.', BOTH, [CHUNKED, 'Content-Length: 4'], `${END}S`),
    late: true,
    allowed: CLOSED,
  },
  row('te_unknown', 'Transfer-Encoding: chunked, x.', CODING, ['Transfer-Encoding: chunked, x'], `${END}S`),
  row('te_xchunked', 'Transfer-Encoding: xchunked.', CODING, ['Transfer-Encoding: xchunked'], 'S'),
  row('te_identity', 'Transfer-Encoding: identity.', CODING, ['Transfer-Encoding: identity'], 'S'),
  row(
    'te_twice',
    'Transfer-Encoding: identity, then chunked.',
    CODING,
    ['Transfer-Encoding: identity', CHUNKED],
    `${END}S`,
  ),
  row(
    'te_space',
    'A space before the colon of Transfer-Encoding.',
    `${RFC} section 5.1`,
    ['Transfer-Encoding : chunked'],
    `${END}S`,
  ),
  row(
    'te_tab',
    'A tab before the colon of Transfer-Encoding.',
    `${RFC} section 5.1`,
    ['Transfer-Encoding\t: chunked'],
    `${END}S`,
  ),
  row('te_vertical_tab', 'A vertical tab before chunked.', CODING, ['Transfer-Encoding: \u000bchunked'], `${END}S`),
  {
    ...row(
      'te_folded',
      'Transfer-Encoding on two lines.',
      `${RFC} section 5.2`,
      [`Transfer-Encoding:${CRLF} chunked`],
      `${END}S`,
    ),
    allowed: UNFOLDED,
  },
  row('cl_twice', 'Two lengths that differ.', LENGTH, ['Content-Length: 0', 'Content-Length: 44'], 'S'),
  row('cl_list', 'A list of lengths that differ.', LENGTH, ['Content-Length: 0, 44'], 'S'),
  row('cl_negative', 'A negative length.', LENGTH, ['Content-Length: -1'], 'S'),
  row('cl_plus', 'A length with a plus.', LENGTH, ['Content-Length: +5'], 'S'),
  row('cl_hex', 'A length in hexadecimal.', LENGTH, ['Content-Length: 0x5'], 'S'),
  row('cl_unit', 'A length with a unit.', LENGTH, ['Content-Length: 5 bytes'], 'S'),
  row('cl_huge', 'A length beyond 64 bits.', LENGTH, ['Content-Length: 99999999999999999999'], 'S'),
  row('cl_empty', 'An empty length.', LENGTH, ['Content-Length:'], 'S'),
  late('chunk_negative', 'A negative chunk size.', `-1${CRLF}${CRLF}S`),
  late('chunk_hex_prefix', 'A chunk size with 0x.', `0x5${CRLF}aaaaa${CRLF}${END}S`),
  late('chunk_huge', 'A chunk size beyond 64 bits.', `fffffffffffffffff${CRLF}aS`),
  late('chunk_longer', 'A chunk that is longer than it says.', `1${CRLF}aX${CRLF}${END}S`),
  late('chunk_bare_lf', 'Chunks whose lines end in LF alone.', `0\n\nS`),
  { ...row('field_folded', 'A field on two lines.', `${RFC} section 5.2`, [`X-A: one${CRLF} two`]), allowed: UNFOLDED },
  row('field_bare_cr', 'A bare CR in a field.', `${RFC} section 2.2`, ['X-A: one\rX-B: two']),
  row('field_nul', 'NUL in the value of a field.', 'RFC 9110 section 5.5', ['X-A: a\u0000b']),
  row('field_nul_name', 'NUL in the name of a field.', FIELD, ['X\u0000A: a']),
  row('field_space_name', 'A space in the name of a field.', FIELD, ['X A: a']),
  row('field_no_colon', 'A field without a colon.', FIELD, ['nothing']),
  row('field_no_name', 'A field without a name.', FIELD, [': a']),
  line('http_09', 'A request line without a version.', (method, path) => `${method} ${path}`),
  line('http_2_by_name', 'HTTP/2.0 in a request line.', (method, path) => `${method} ${path} HTTP/2.0`),
  line('http_1_10', 'HTTP/1.10 in a request line.', (method, path) => `${method} ${path} HTTP/1.10`),
  line('http_lower_case', 'http/1.1 in a request line.', (method, path) => `${method} ${path} http/1.1`),
  {
    ...line('line_two_spaces', 'Two spaces in the request line.', (method, path) => `${method}  ${path} HTTP/1.1`),
    allowed: LENIENT,
  },
  {
    ...line('line_tab', 'A tab in the request line.', (method, path) => `${method}\t${path} HTTP/1.1`),
    allowed: LENIENT,
  },
  line(
    'method_lower_case',
    'The method in lower case.',
    (method, path) => `${method.toLowerCase()} ${path} HTTP/1.1`,
    [404, 405],
  ),
  line('method_unknown', 'A method that nobody knows.', (_, path) => `BREW ${path} HTTP/1.1`, [404, 405]),
  line('method_with_space', 'A method with a space in it.', (_, path) => `GE T ${path} HTTP/1.1`),
  line('connect_path', 'CONNECT with a path.', (_, path) => `CONNECT ${path} HTTP/1.1`, [404, 405]),
  line(
    'target_no_slash',
    'A target without its first slash.',
    (method, path) => `${method} ${path.slice(1)} HTTP/1.1`,
    [404],
  ),
  line('target_asterisk', 'The target *.', method => `${method} * HTTP/1.1`, [404]),
  {
    ...line(
      'target_other_authority',
      'An absolute target of another host.',
      (method, path) => `${method} http://probe.invalid${path} HTTP/1.1`,
      [401, 404, 403],
    ),
    allowed: NAMELESS,
  },
  host('host_missing', 'No Host.', () => []),
  host('host_twice', 'Host twice.', own => [`Host: ${own}`, 'Host: probe.invalid']),
  host('host_path', 'A Host with a path.', own => [`Host: ${own}/x`]),
  host('host_user', 'A Host with a user.', own => [`Host: user@${own}`]),
  {
    name: 'tls_hello',
    say: 'The start of a TLS handshake.',
    section: LINE,
    raw: '\u0016\u0003\u0001\u0002\u0000\u0001',
  },
  {
    name: 'http2_preface',
    say: 'The preface of HTTP/2.',
    section: 'RFC 9113 section 3.4',
    raw: `PRI * HTTP/2.0${CRLF}${CRLF}SM${CRLF}${CRLF}`,
  },
]

/** What a server says that will not read a message; 0 is a connection that ends without a word. */
const SHUT = [400, 408, 411, 413, 414, 417, 421, 426, 431, 501, 505, 0]

/** Every one has a good token, so that a refusal is of the message. */
export function listFraming(material: Material): readonly ProbeCase[] {
  const { route, settings, good } = material
  const inside =
    [`${route.method} ${route.path} HTTP/1.1`, `Host: ${material.host}`, 'Connection: close'].join(CRLF) + CRLF + CRLF
  return ROWS.map(({ fields = [], body = '', late: isLate, line: write, host: writeHost, raw, fine = [], ...row }) => ({
    ...row,
    attack: 'message framing',
    demand: 'shut',
    fine: [...SHUT, ...fine],
    ...(isLate ? { look: 'smuggled' as const } : {}),
    bytes:
      raw ??
      [
        write?.(route.method, route.path) ?? `${route.method} ${route.path} HTTP/1.1`,
        ...(writeHost?.(material.host) ?? [`Host: ${material.host}`]),
        credential(settings, good),
        ...fields,
        '',
        body.replace('S', () => inside),
      ].join(CRLF),
  }))
}
