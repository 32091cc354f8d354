import assert from 'node:assert/strict'
import { extract as extractUnjudged, judgeForm } from '../../src/credential/extract.ts'

const MOST = 64

const extract = (rawHeaders: readonly string[], limit: number) => {
  const credential = extractUnjudged(rawHeaders, limit)
  return credential.ok ? judgeForm(credential) : credential
}

/** Header fields, a line each. */
export function fuzz(input: Buffer): void {
  const raw = input
    .toString('latin1')
    .split('\n')
    .flatMap(line => {
      const colon = line.indexOf(':')
      return colon === -1 ? [] : [line.slice(0, colon), line.slice(colon + 1)]
    })
  const values = raw.filter((_, at) => at % 2 === 1 && raw[at - 1]?.toLowerCase() === 'authorization')
  const outcome = extract(raw, MOST)
  if (values.length === 0) {
    assert.equal(outcome.ok || outcome.rejection.code, 'credential_missing')
    return
  }
  if (values.length > 1) {
    assert.equal(outcome.ok || outcome.rejection.code, 'credential_duplicated')
    return
  }
  const value = (values[0] ?? '').replace(/^[ \t]+|[ \t]+$/g, '')
  // RFC 6750 section 2.1 and RFC 9449 section 7.1 in one line: all that may be let through, and nothing of it may be refused.
  const wanted = /^(bearer|dpop) +([A-Za-z0-9\-._~+/]+=*)$/i.exec(value)
  if (outcome.ok) {
    assert.deepEqual([wanted?.[1]?.toLowerCase(), wanted?.[2]], [outcome.value.scheme, outcome.value.token])
    assert.ok(outcome.value.token.length <= MOST)
  } else if (wanted !== null) {
    assert.equal(outcome.rejection.code, 'token_too_large')
    assert.ok((wanted[2] ?? '').length > MOST, 'a credential that is one is refused')
  }
}

export const longest = 200
export const seeds = [
  'Authorization:Bearer abc',
  'authorization: DPoP a.b.c=',
  'Authorization: Basic YTpi',
  'Authorization: Bearer a, Bearer b',
  'Authorization: a\nAuthorization: b',
]
export const dictionary = [
  'Authorization:',
  'authorization: ',
  'Bearer ',
  'bearer ',
  'BEARER',
  'DPoP ',
  'Basic ',
  'Negotiate ',
  ', Bearer ',
  ', ',
  '=',
  '\t',
  '\xa0',
  '\xe9',
  'a'.repeat(70),
  '\n',
]
