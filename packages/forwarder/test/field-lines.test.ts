import t from 'tap'
import { checkFieldLines, joinFieldLines, NO_FIELD_LINES } from '../src/field-lines.ts'

t.test('what was checked once is one with what else was, and both may be sent', async t => {
  const host = checkFieldLines('host: orders.internal\r\n')
  const user = checkFieldLines('x-user: alice\r\nx-roles: a, b\r\n')
  t.equal(joinFieldLines(host, user), 'host: orders.internal\r\nx-user: alice\r\nx-roles: a, b\r\n')
  t.equal(joinFieldLines(NO_FIELD_LINES, host), host)
})

t.test('no text passes that would be another head, another framing or half a line', async t => {
  const texts = [
    'x: 1',
    'x: 1\n',
    'x: 1\r\n\r\n',
    'x: 1\r\ny\r\n',
    'x: 1\r\n y: 2\r\n',
    'x : 1\r\n',
    ': 1\r\n',
    'x: a\0b\r\n',
    'x: \u010a\r\n',
    'x: a\rb\r\n',
    'Content-Length: 1\r\n',
    'transfer-encoding: chunked\r\n',
    'x: 1\r\nCONNECTION: close\r\n',
  ]
  for (const text of texts) t.throws(() => checkFieldLines(text), TypeError, JSON.stringify(text))
})
