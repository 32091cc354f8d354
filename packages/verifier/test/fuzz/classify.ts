import assert from 'node:assert/strict'
import { classify } from '../../src/token/classify.ts'
import { judgeUnproven } from '../../src/token/jwt.ts'
import { ISSUER, NOW } from '../configs.ts'
import { CLAIM_WORDS, CONFIG, encode, readObject } from './scene/issuer.ts'

/** A token as it is, or where lines are in it: header, payload and signature, which are encoded here. */
export function fuzz(input: Buffer): void {
  const text = input.toString('latin1')
  const lines = text.split('\n')
  const token = lines.length === 1 ? text : lines.map(encode).join('.')
  const read = classify(token)
  if (read.shape === 'malformed') {
    assert.notEqual(read.cause, '')
    return
  }
  if (read.shape === 'opaque') {
    assert.equal(looksLikeJwt(token), false, 'a JWT by its looks, and asked about as if it were opaque')
    return
  }

  const [header = '', payload = '', signature = '', ...more] = token.split('.')
  assert.equal(more.length, 0)
  for (const part of [header, payload, signature]) {
    assert.equal(Buffer.from(part, 'base64url').toString('base64url'), part, 'a second spelling of the same token')
  }
  const texts = [header, payload].map(part => Buffer.from(part, 'base64url').toString('utf8'))
  const [head, claims] = texts.map(readObject)
  assert.ok(head !== undefined && claims !== undefined, 'no object')
  assert.deepEqual([read.jwt.alg, read.jwt.kid, read.jwt.typ], [head.alg, head.kid, head.typ])
  assert.deepEqual(read.jwt.claims, claims)
  assert.ok(!Object.hasOwn(head, 'crit') && !Object.hasOwn(head, 'b64'), 'critical extensions')
  assert.deepEqual(texts.map(countNames), [head, claims].map(countMembers), 'a member twice')

  const judged = judgeUnproven(CONFIG, read.jwt, NOW)
  if (!judged.ok) return
  assert.equal(read.jwt.alg, 'EdDSA', 'an algorithm that is on no list')
  assert.ok(typeof claims.exp === 'number' && claims.exp > NOW - 6, 'over')
  assert.ok(!Number.isNaN(judged.value.validFrom) && !Number.isNaN(judged.value.validUntil))
  assert.equal(judged.value.principal.issuer, ISSUER)
}

const looksLikeJwt = (token: string): boolean =>
  /^[\w-]+\.[\w-]*\.[\w-]*$/.test(token) &&
  readObject(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString('utf8')) !== undefined

/** Strings before a colon. */
const countNames = (json: string): number =>
  [...json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const inside = Object.values(value).reduce((sum: number, member) => sum + countMembers(member), 0)
  return inside + (Array.isArray(value) ? 0 : Object.keys(value).length)
}

export const seeds = [
  '{"alg":"EdDSA","kid":"one","typ":"at+jwt"}\n{"iss":"https://login.example.com","exp":1700000300}\nabc',
  '{"alg":"none"}\n{"exp":1700000300,"a":{"b":[{"c":1}],"\\u0062":2}}\n',
  'eyJhbGciOiJFZERTQSJ9.eyJleHAiOjF9.AAAA',
  'an-opaque-token',
  '{"alg":"EdDSA","crit":["exp"]}\n{"sub":"a","sub":"b"}\nx',
  '{"alg":"EdDSA","b64":true}\n{"exp":1700000300}\nx',
]
export const dictionary = [
  '\n',
  '.',
  '"EdDSA"',
  '"none"',
  '"None"',
  '"HS256"',
  '"RS256"',
  '\\u0061',
  '\\"',
  ':',
  '"b64":',
  '\xff',
  '\xef\xbb\xbf',
  ...CLAIM_WORDS,
]
