import { gzipSync } from 'node:zlib'
import type { Answer } from '../http/message.ts'
import { bendText, type Misbehaviour, REJECT_ANSWER, type Scene, UNAVAILABLE, withHeader } from './row.ts'

const HOUR = 3600
const MIB = 1_048_576
const BODY = 'RFC 6749 section 5.1, RFC 8259'

const row = (
  name: string,
  say: string,
  section: string,
  how: Pick<Misbehaviour, 'fault' | 'bend' | 'allowed'> & { readonly answers?: undefined },
  client = REJECT_ANSWER,
): Misbehaviour => ({ name, say, answers: UNAVAILABLE, client, section, endpoints: 'any', ...how })

/** Thirty-two MiB of blanks, as a member of gzip that follows another one (RFC 1952 section 2.2): it takes a tenth of a second to make, once. */
let bomb: Buffer | undefined
function blanks(): Buffer {
  bomb ??= gzipSync(Buffer.alloc(32 * MIB, ' '))
  return bomb
}

/** The tenant's time, so far away. */
const skew =
  (seconds: number) =>
  (answer: Answer, { tenant }: Scene): Answer =>
    withHeader(answer, 'date', new Date((tenant.clock.now() + seconds) * 1000).toUTCString())

/** What any endpoint can do to a client. */
export const ANYWHERE: readonly Misbehaviour[] = [
  row('html_page', 'An HTML page with status 200, as a proxy or a login wall answers.', BODY, {
    fault: { status: 200, body: '<!doctype html><title>Sign in</title><p>Please sign in to the network.' },
  }),
  row('wrong_content_type', 'The right body as text/html.', 'RFC 6749 section 5.1, RFC 9110 section 8.3', {
    fault: { headers: { 'content-type': 'text/html' } },
    answers: undefined,
    allowed: 'what is in it is JSON, and reading it as such is safe; only a page must not be taken for JSON',
  }),
  row('empty_body', 'Status 200 and nothing in it.', BODY, { fault: { status: 200, body: '' } }),
  row('half_json', 'The first half of the body, as if it were whole.', BODY, {
    bend: bendText(text => text.slice(0, text.length >> 1)),
  }),
  row('json_list', 'The body in a list.', BODY, { bend: bendText(text => `[${text}]`) }),
  row('json_null', 'The body is null.', BODY, {
    fault: { status: 200, body: 'null', headers: { 'content-type': 'application/json' } },
  }),
  row(
    'server_error',
    'Status 500 with an error document.',
    'RFC 9110 section 15.6.1',
    { fault: { status: 500 } },
    'may ask again later',
  ),
  row(
    'unavailable',
    'Status 503 with Retry-After.',
    'RFC 9110 sections 10.2.3 and 15.6.4',
    {
      fault: { status: 503, headers: { 'retry-after': '1' } },
    },
    'asks again no sooner than it was told',
  ),
  row(
    'too_many_requests',
    'Status 429 with Retry-After.',
    'RFC 6585 section 4, RFC 9110 section 10.2.3',
    {
      fault: { status: 429, headers: { 'retry-after': '1' } },
    },
    'asks again no sooner than it was told',
  ),
  row(
    'redirect_loop',
    'A redirect to the same address, for ever.',
    'RFC 9110 section 15.4',
    {
      bend: (answer, { target }) => ({ ...withHeader(answer, 'location', target), status: 307, body: '' }),
    },
    'does not follow redirects, or not without end',
  ),
  row(
    'redirect_elsewhere',
    'A redirect to a stranger, who would get what was sent.',
    'RFC 9700 section 4.12',
    {
      fault: { status: 307, headers: { location: 'https://attacker.example/' } },
    },
    'does not follow redirects with credentials',
  ),
  row('connection_reset', 'The connection breaks before any answer.', 'RFC 9110 section 9.2.2', {
    fault: { reset: true },
  }),
  row('cut_body', 'The connection breaks in the middle of the body.', 'RFC 9112 section 8', {
    fault: { truncate: true },
  }),
  row(
    'trickled',
    'The body comes in small pieces over two seconds.',
    'RFC 9110 section 9.2',
    {
      fault: { trickle: '2s' },
      answers: undefined,
      allowed: 'two seconds are within most deadlines; `trickle` of a fault takes as long as you like',
    },
    'gives up at its own deadline',
  ),
  row(
    'huge_body',
    'Eight MiB of white space follow the body.',
    'RFC 8259 section 9',
    {
      bend: bendText(text => text + ' '.repeat(8 * MIB)),
      allowed: 'the JSON is good; who sets a limit to a body refuses it',
    },
    'stops reading at a limit',
  ),
  row(
    'gzip_bomb',
    'Thirty-two MiB in as many KiB: the body is compressed.',
    'RFC 9110 section 8.4.1.3',
    {
      bend: answer =>
        answer.status < 300
          ? withHeader(
              { ...answer, body: Buffer.concat([gzipSync(answer.body), blanks()]) },
              'content-encoding',
              'gzip',
            )
          : undefined,
      allowed: 'the JSON is good; who sets a limit to a body refuses it',
    },
    'stops reading at a limit',
  ),
  row('date_behind', 'The Date of the answer is an hour behind.', 'RFC 9110 section 6.6.1', {
    bend: skew(-HOUR),
    answers: undefined,
    allowed: 'Date is for caches; nobody need judge an answer by it',
  }),
  row('date_ahead', 'The Date of the answer is an hour ahead.', 'RFC 9110 section 6.6.1', {
    bend: skew(HOUR),
    answers: undefined,
    allowed: 'Date is for caches; nobody need judge an answer by it',
  }),
]
