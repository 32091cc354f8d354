import { forgeToken } from '@gatehouse/testkit'
import fc from 'fast-check'
import t from 'tap'
import { classify } from '../../src/token/classify.ts'

const encode = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url')
const shapeOf = (token: string): string => classify(token).shape
const HEADER = encode('{"alg":"ES256"}')

t.test('three parts with a header that is an object are a JWT', async t => {
  t.strictSame(classify(forgeToken({ alg: 'ES256', kid: 'a', typ: 'JWT', jku: 'https://evil' }, { iss: 'b' })), {
    shape: 'jwt',
    jwt: { alg: 'ES256', kid: 'a', typ: 'JWT', claims: { iss: 'b' } },
  })
  t.equal(shapeOf(forgeToken({ alg: 'none' }, {}, '')), 'jwt', 'unsigned: it is for the algorithms to refuse')
})

t.test('whatever has another form is opaque', async t => {
  const opaque = [
    '',
    'opaque',
    '2YotnFZFEjr1zCsicMWpAA==',
    'a.b',
    'a.b.c',
    '..',
    forgeToken([], {}),
    `${HEADER}.e30`,
    `${HEADER}.e30.AAAA.AAAA.AAAA`,
    `${HEADER}.e30.AAAA=`,
    `${HEADER}.e30.AA+A`,
    ` ${HEADER}.e30.AAAA`,
  ]
  for (const token of opaque) t.equal(shapeOf(token), 'opaque', token)
})

t.test('a JWT by its looks that is broken inside is malformed, not opaque', async t => {
  const broken = {
    'no payload': `${HEADER}..AAAA`,
    'a payload that is no object': forgeToken({ alg: 'ES256' }, []),
    'a payload that is no JSON': `${HEADER}.${encode('{')}.AAAA`,
    'a payload that is not UTF-8': `${HEADER}.${encode(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]))}.AAAA`,
    'a payload behind a byte order mark': `${HEADER}.${encode('\ufeff{}')}.AAAA`,
    'a payload that is not canonical': `${HEADER}.e31.AAAA`,
    'a signature that is not canonical': `${HEADER}.e30.AB`,
    'a signature of an impossible length': `${HEADER}.e30.AAAAA`,
    'no alg': forgeToken({ typ: 'JWT' }, {}),
    'an alg that is no string': forgeToken({ alg: 1 }, {}),
    'a kid that is no string': forgeToken({ alg: 'ES256', kid: 1 }, {}),
    'a typ that is no string': forgeToken({ alg: 'ES256', typ: ['JWT'] }, {}),
    // fast-jwt: unknown critical extensions were accepted.
    'critical extensions': forgeToken({ alg: 'ES256', crit: ['exp'], exp: 1 }, {}),
    'an unencoded payload': forgeToken({ alg: 'ES256', b64: false }, {}),
  }
  for (const [name, token] of Object.entries(broken)) t.equal(shapeOf(token), 'malformed', name)
})

t.test('whatever the token holds, it is classified and nothing is thrown', async t => {
  const part = fc.string({ unit: 'binary', maxLength: 30 }).map(encode)
  const json = fc.json().map(encode)
  const any = fc.oneof(
    fc.string(),
    fc.tuple(fc.oneof(part, json), json, part).map(parts => parts.join('.')),
  )
  fc.assert(fc.property(any, token => ['jwt', 'opaque', 'malformed'].includes(shapeOf(token))))
  t.equal(shapeOf(`${HEADER}.${encode('['.repeat(5000))}.AAAA`), 'malformed')
})

t.test(
  'a member that is there twice makes a token malformed, in the header and at any depth of the claims',
  async t => {
    const header = encode('{"alg":"ES256","alg":"none"}')
    t.equal(shapeOf(`${header}.e30.AAAA`), 'malformed')
    for (const claims of [
      '{"sub":"alice","sub":"mallory"}',
      '{"sub":"alice","\\u0073ub":"mallory"}',
      '{"a":[{"b":1},{"c":{"d":1 , "e":"}" , "d" : 2}}]}',
      '{"__proto__":1,"__proto__":2}',
    ])
      t.equal(shapeOf(`${HEADER}.${encode(claims)}.AAAA`), 'malformed', claims)
    for (const claims of ['{"a":{"a":{"a":"a"}},"b":["a","a",{"a":1},{"a":1}]}', '{"a":"\\"a\\":","b":"{\\"a\\":1}"}'])
      t.equal(shapeOf(`${HEADER}.${encode(claims)}.AAAA`), 'jwt', claims)
  },
)

t.test('what JSON.stringify writes never has a member twice', async t => {
  const isJwt = fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), claims => {
    return shapeOf(`${HEADER}.${encode(JSON.stringify(claims))}.AAAA`) === 'jwt'
  })
  t.doesNotThrow(() => fc.assert(isJwt))
})
