import assert from 'node:assert/strict'
import { createSieve, foldName, shapeRequestHeaders, shapeResponseHeaders, shapeTrailers } from '../../src/headers.ts'
import type { Sender } from '../../src/sender.ts'

const asserted = ['x-user', 'x-roles']
const sieve = createSieve(asserted, ['x-client-chain'])
const stranger: Sender = { address: '192.0.2.7', isTrusted: false, scheme: 'https', authority: 'api.example.com' }
const proxy: Sender = { ...stranger, address: '2001:db8::1', isTrusted: true }
const OWN = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'forwarded']
const HOP =
  /^(?:connection|keep-alive|proxy-connection|proxy-authorization|te|transfer-encoding|upgrade|http2-settings)$/
const FRAMING = /^(?:host|content-length|expect|trailer)$/

/** Field lines as Node's parser has let them through: a name that is a token, a value without line ends. The first byte says who sends. */
export function fuzz(input: Buffer): void {
  const [flags = 0] = input
  const raw = readLines(input.subarray(1).toString('latin1'))
  const sender = flags & 1 ? proxy : stranger
  const keeps = (flags & 2) !== 0
  const shaped = shapeRequestHeaders(sieve, raw, sender, keeps, ['x-user', 'alice'])

  assert.deepEqual(shaped.splice(-2), ['x-user', 'alice'], 'what is asserted is not said last, as it is')
  const names = namesOf(shaped).map(name => name.toLowerCase())
  for (const name of names) {
    const folded = foldName(name)
    assert.ok(!asserted.map(foldName).includes(folded) && !folded.startsWith('xgatehouse'), `${name} folds to ours`)
    assert.ok(!HOP.test(name) && !FRAMING.test(name), `${name} goes on`)
    if (folded === 'authorization' || folded === 'dpop') assert.ok(keeps && folded === name, `${name} goes on`)
    if (!sender.isTrusted && !OWN.includes(name))
      assert.ok(!/^(?:forwarded$|xforwarded|xrealip$|xclientchain$|clientcert)/.test(folded), name)
  }
  for (const name of ['x-forwarded-for', 'forwarded']) assert.equal(names.filter(one => one === name).length, 1, name)
  if (!sender.isTrusted) {
    assert.equal(shaped[names.indexOf('x-forwarded-for') * 2 + 1], '192.0.2.7')
    assert.equal(names.filter(name => OWN.includes(name)).length, OWN.length)
  }
  const given = new Set(namesOf(raw))
  assert.ok(
    namesOf(shaped).every(name => given.has(name) || OWN.includes(name)),
    'a name from nowhere',
  )

  const back = namesOf(shapeResponseHeaders(raw, flags & 4 ? 204 : 200, (flags & 8) !== 0)).map(name =>
    name.toLowerCase(),
  )
  assert.ok(
    back.every(name => !HOP.test(name) && name !== 'trailer'),
    'an upstream speaks for its connection',
  )
  assert.ok((flags & 8) === 0 || back.every(name => !name.startsWith('access-control-')))
  assert.ok(shapeTrailers(raw).every(([name]) => !FRAMING.test(name.toLowerCase()) && !HOP.test(name.toLowerCase())))
}

const namesOf = (fields: readonly string[]): string[] => fields.filter((_, index) => index % 2 === 0)

function readLines(text: string): string[] {
  return text.split('\n').flatMap(line => {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\t -~\x80-\xff]*)$/.exec(line) ?? []
    return name === undefined || value === undefined ? [] : [name, value]
  })
}

export const seeds = [
  '\0Host: a\nX-User: root\nAccept: */*\nAuthorization: Bearer x',
  '\x03X-Forwarded-For: 1.2.3.4\nForwarded: for=1\nAuthorization: Bearer x\nDPoP: y',
  '\x00Connection: close, x-user, x-forwarded-for\nX-User-: 1\nClient-Cert: :AA==:',
  '\x0cAccess-Control-Allow-Origin: *\nContent-Length: 0\nSet-Cookie: a\nTrailer: x',
]
export const dictionary = [
  ...[
    '\n',
    ': ',
    'X-User',
    'x_user',
    'X.Roles',
    'X-Gatehouse-',
    'xgatehouse',
    'Connection: ',
    'x-roles',
    'Keep-Alive: ',
    'TE: ',
  ],
  ...[
    'Authorization: ',
    'DPoP: ',
    'd_pop: ',
    'X-Forwarded-For: ',
    'X-Forwarded-Proto: ',
    'X-Real-IP: ',
    'Forwarded: ',
    'forwarded',
  ],
  ...[
    'X-Client-Cert: ',
    'X-SSL-Client-Cert: ',
    'X-Client-Chain: ',
    'Content-Length: ',
    'Host: ',
    'Expect: ',
    'http2-settings',
    '-',
    '_',
  ],
]
