import { readFileSync } from 'node:fs'
import { REJECTIONS } from '@gatehouse/verifier'
import t from 'tap'
import { type RefusalCode, renderRefusal, SHELL_REJECTIONS, type ShellCode } from '../src/index.ts'

/** Does not compile when a code is missing here or in the type. */
const CODES: { readonly [C in ShellCode]: true } = {
  route_not_found: true,
  method_not_allowed: true,
  target_ambiguous: true,
  body_too_large: true,
  headers_too_large: true,
  upstream_unreachable: true,
  upstream_timeout: true,
  overloaded: true,
  internal_error: true,
}

t.test('the table, the types and the README list the same refusals', async t => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const rows = [...readme.matchAll(/^\| (\w+) \| (\d{3}) \| (.+) \|$/gm)].map(([, code, status, say]) => [
    code,
    Number(status),
    say,
  ])
  t.same(
    rows,
    Object.entries(SHELL_REJECTIONS).map(([code, { status, say }]) => [code, status, say]),
  )
  t.same(Object.keys(SHELL_REJECTIONS), Object.keys(CODES))
  t.same(
    Object.keys(CODES).filter(code => code in REJECTIONS),
    [],
    'and no code means two things',
  )
})

t.test('a refusal is a problem document', async t => {
  const { status, headers, body } = renderRefusal('token_expired', {
    challenge: 'Bearer error="invalid_token"',
    traceId: 'abc',
  })
  t.equal(status, 401)
  t.same(headers, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'www-authenticate': 'Bearer error="invalid_token"',
  })
  t.same(JSON.parse(body), {
    type: 'about:blank',
    title: 'Unauthorized',
    status: 401,
    detail: 'The access token expired',
    code: 'token_expired',
    traceId: 'abc',
  })
})

t.test('Retry-After is whole seconds, at least one', async t => {
  t.equal(renderRefusal('issuer_unavailable', { retryAfter: 0.2 }).headers['retry-after'], '1')
  t.equal(renderRefusal('issuer_unavailable', { retryAfter: 2.1 }).headers['retry-after'], '3')
  t.equal(renderRefusal('overloaded').headers['retry-after'], '1')
  t.equal(renderRefusal('upstream_timeout').headers['retry-after'], undefined)
})

t.test('every code has an answer, and no bad token is a failure of a server', async t => {
  for (const code of [...Object.keys(REJECTIONS), ...Object.keys(SHELL_REJECTIONS)] as RefusalCode[]) {
    const { status, body } = renderRefusal(code)
    t.match(JSON.parse(body), { status, code, title: /\w/, detail: /\w/ })
    if (code in REJECTIONS && code !== 'issuer_unavailable') t.ok(status < 500, code)
  }
})
