import type { JsonValue } from '@gatehouse/protocol'
import type { Principal } from '@gatehouse/verifier'
import t from 'tap'
import { assertIdentity, compileSources, encodeValue, isMappable, isSource } from '../src/identity.ts'

t.test('one claim is one value', async t => {
  const values: [JsonValue | undefined, string][] = [
    [undefined, ''],
    [null, ''],
    ['', ''],
    [[], ''],
    ['alice', 'alice'],
    ['a b', 'a b'],
    ['100%', '100%25'],
    ['Zoë', 'Zo%C3%AB'],
    ['日本', '%E6%97%A5%E6%9C%AC'],
    ['a\r\nx-user: root', 'a%0D%0Ax-user: root'],
    ['\u0000\u007f', '%00%7F'],
    ['\ud800', '%EF%BF%BD'],
    [' a ', '%20a%20'],
    [' ', '%20'],
    [true, 'true'],
    [0, '0'],
    [1.5, '1.5'],
    [['a', 'b'], 'a,b'],
    [['a', null, '', 'b'], 'a,b'],
    [['a,b', 'c'], 'a%2Cb,c'],
    [['a', ['b']], 'a,["b"]'],
    [{ a: 1, b: 'é' }, '{"a":1,"b":"%C3%A9"}'],
    [{}, '{}'],
  ]
  for (const [value, expected] of values) t.equal(encodeValue(value), expected, JSON.stringify(value))
})

t.test('headers come from claims by name and by pointer, and never from what claims inherit', async t => {
  const claims = { sub: 'alice', 'a/b': 'slash', realm_access: { roles: ['x', 'y'] }, 'https://n/x': 1, empty: '' }
  const principal = {
    subject: 'alice',
    client: undefined,
    scopes: ['a', 'b'],
    issuer: 'https://i',
    claims,
  } as unknown as Principal
  const sources = compileSources({
    'x-user': 'sub',
    'x-roles': '/realm_access/roles',
    'x-first': '/realm_access/roles/0',
    'x-slash': '/a~1b',
    'x-url': 'https://n/x',
    'x-empty': 'empty',
    'x-none': 'none',
    'x-proto': '__proto__',
    'x-length': '/sub/length',
    'x-deep': '/realm_access/none/x',
    'x-constructor': '/constructor/name',
  })
  t.same(assertIdentity(principal, sources), [
    ...['x-gatehouse-subject', 'alice', 'x-gatehouse-scope', 'a b', 'x-gatehouse-issuer', 'https://i'],
    ...['x-user', 'alice', 'x-roles', 'x,y', 'x-first', 'x', 'x-slash', 'slash', 'x-url', '1'],
  ])
})

t.test('what may be mapped', async t => {
  for (const name of ['x-user', 'X_User', 'user', 'x-email']) t.ok(isMappable(name), name)
  for (const name of [
    '',
    'a b',
    'x:',
    'Host',
    'x-gatehouse-user',
    'XGatehouse',
    'Authorization',
    'Connection',
    'Content_Length',
    '---',
    'X-Forwarded-For',
  ]) {
    t.notOk(isMappable(name), name)
  }
  t.ok(isSource('a~b'))
  t.ok(isSource('/a~0b'))
  t.notOk(isSource('/a~b'))
  t.notOk(isSource(''))
})
