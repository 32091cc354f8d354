import assert from 'node:assert/strict'
import type { IntrospectionConfig } from '../../src/issuer/config.ts'
import { processIntrospection } from '../../src/token/answer.ts'
import { profileAnswer } from '../../src/token/profile.ts'
import { ISSUER, makeConfig, makeIntrospection } from '../configs.ts'
import { CLAIM_WORDS, readObject } from './scene/issuer.ts'

const RULES = ['active', 'noError', 'claims'] as const
const STATUSES = [200, 201, 204, 302, 400, 401, 403, 410, 429, 500]
const matchers: Partial<IntrospectionConfig> = {
  inactiveWhen: [
    { status: 400, member: 'error_description', equals: 'expired' },
    { status: 410, member: undefined, equals: undefined },
  ],
}

/** Two bytes for the configuration and the status, then the body of an issuer's answer. */
export function fuzz(input: Buffer): void {
  const [flags = 0, digits = 0] = input
  const rule = RULES[flags % 3] ?? 'active'
  const status = STATUSES[digits % STATUSES.length] ?? 200
  const over = {
    ...matchers,
    activeWhen: rule,
    zeroExpMeansNone: (flags & 4) !== 0,
    tokenType: flags & 8 ? 'present' : 'any',
  } as const
  const body = input.subarray(2).toString('utf8')
  const verdict = processIntrospection(makeIntrospection(over), { ok: true, status, headers: new Headers(), body })
  if (verdict.kind === 'broken') {
    assert.notEqual(verdict.why, '')
    return
  }
  const said = readObject(body)
  if (verdict.kind === 'refused') {
    assert.equal(status, 401)
    return
  }
  if (verdict.kind === 'inactive') {
    assert.ok(said !== undefined || status === 410, 'inactive without a word')
    return
  }
  assert.ok(status >= 200 && status < 300, 'active, and the status says otherwise')
  assert.ok(said !== undefined && said.active !== false)
  if (rule === 'active') assert.equal(said.active, true)
  else assert.ok(!Object.hasOwn(said, 'error') && (rule === 'noError' || !Object.hasOwn(said, 'code')))

  const facts = profileAnswer(makeConfig({ scopeSeparator: flags & 16 ? 'comma' : 'space' }, over), verdict.answer)
  if (!facts.ok) return
  const { validFrom, validUntil, principal } = facts.value
  assert.ok(!Number.isNaN(validFrom) && !Number.isNaN(validUntil))
  assert.equal(principal.issuer, ISSUER)
  if (typeof said.iss === 'string' && said.iss.trim() !== '') assert.equal(said.iss, ISSUER, 'another issuer')
  if (said.exp !== undefined && said.exp !== null && !(Number(said.exp) === 0 && flags & 4)) {
    assert.equal(validUntil, Number(said.exp), 'lives longer than its issuer says')
  }
  assert.ok(principal.scopes.every(scope => scope !== '' && !/ /.test(scope) && !(flags & 16 && scope.includes(','))))
  assert.ok(principal.audience.every(name => typeof name === 'string' && name !== ''))
  assert.ok(Object.isFrozen(principal.claims) && Object.isFrozen(principal.scopes))
}

export const seeds = [
  '\0\0{"active":true,"sub":"alice","scope":"a b","exp":1700000300}',
  '\x01\0{"sub":"alice","exp":"1700000300","aud":["a"]}',
  '\x0e\0{"uid":1,"exp":0,"token_type":"Bearer"}',
  '\0\x04{"error_description":"expired"}',
  '\0\x05{"active":true}',
  '\0\x07',
  '\x10\0{"active":true,"scope":["a,b","c"],"iss":"https://login.example.com"}',
  '\0\0{"active":false}',
]
export const dictionary = [
  '"active":',
  '"error":',
  '"code":',
  '"error_description":',
  '"expired"',
  '"token_type":',
  '"refresh_token"',
  '"true"',
  ...CLAIM_WORDS,
]
