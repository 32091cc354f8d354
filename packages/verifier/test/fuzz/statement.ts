import assert from 'node:assert/strict'
import type { JsonObject } from '@gatehouse/protocol'
import type { Outcome } from '../../src/outcome.ts'
import type { Denial } from '../../src/revocation/deny-list.ts'
import { LOGOUT_TOKEN, readLogout } from '../../src/revocation/logout-token.ts'
import { readSecurityEvent, SECURITY_EVENT } from '../../src/revocation/security-event.ts'
import { type StatementKind, verifyStatement } from '../../src/revocation/statement.ts'
import { ISSUER, NOW } from '../configs.ts'
import { CLAIM_WORDS, CONFIG, KEEPER, readSaid, signed } from './scene/issuer.ts'

const sources = new Map([[ISSUER, { config: CONFIG, keys: KEEPER }]])
const LOGOUT = 'http://schemas.openid.net/event/backchannel-logout'
const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'

/** Header and claims of what the issuer signs, as a logout token and as a security event token. */
export async function fuzz(input: Buffer): Promise<void> {
  const said = readSaid(input)
  if (said === undefined) return
  const { header, claims } = said
  const token = signed(claims, header)
  const logout = await judge(token, LOGOUT_TOKEN, readLogout)
  if (logout !== undefined) {
    accepted(logout, claims)
    assert.ok(logout.length > 0, 'a logout of nobody')
    assert.ok(!Object.hasOwn(claims, 'nonce'), 'an ID token ends a session')
    assert.ok(Object.hasOwn(claims.events as JsonObject, LOGOUT))
  }
  const event = await judge(token, SECURITY_EVENT, readSecurityEvent)
  if (event !== undefined) accepted(event, claims)
}

async function judge(
  token: string,
  kind: StatementKind,
  read: typeof readLogout,
): Promise<readonly Denial[] | undefined> {
  const statement = await verifyStatement(token, sources, kind, NOW)
  const denials: Outcome<readonly Denial[]> = statement.ok ? read(statement.value) : statement
  return denials.ok ? denials.value : undefined
}

function accepted(denials: readonly Denial[], claims: JsonObject): void {
  assert.equal(claims.iss, ISSUER, 'another issuer')
  assert.ok([claims.aud].flat().includes('gateway'), 'for somebody else')
  assert.ok(typeof claims.iat === 'number' && claims.iat <= NOW + 60, 'from the future')
  const said = JSON.stringify(claims)
  for (const { issuer, value, until, by } of denials) {
    assert.equal(issuer, CONFIG.name)
    assert.ok(value.trim() !== '' && said.includes(JSON.stringify(value)), `${by} is not what the statement names`)
    assert.ok(Number.isFinite(until))
  }
}

const CLAIMS = { iss: ISSUER, aud: 'gateway', iat: NOW, jti: 'a' }

const LOGOUT_CLAIMS = { ...CLAIMS, exp: NOW + 60, sub: 'alice', sid: 's', events: { [LOGOUT]: {} } }

export const seeds = [
  ...[{}, { nonce: 'n' }, { iss: 'https://other.example.com' }, { aud: 'x' }, { iat: NOW + 3600 }, { events: {} }].map(
    over => `{"typ":"logout+jwt"}\n${JSON.stringify({ ...LOGOUT_CLAIMS, ...over })}`,
  ),
  `{"typ":"secevent+jwt"}\n${JSON.stringify({ ...CLAIMS, sub_id: { format: 'iss_sub', iss: ISSUER, sub: 'alice' }, events: { [CAEP]: {} } })}`,
  `{}\n${JSON.stringify({ ...CLAIMS, events: { [CAEP]: { subject: { user: { format: 'opaque', id: 'a' }, session: { format: 'opaque', id: 's' } } } } })}`,
]
export const dictionary = [
  '"nonce":',
  '"sid":',
  '"sub_id":',
  '"format":',
  '"iss_sub"',
  '"opaque"',
  '"jwt_id"',
  '"id":',
  '"user":',
  '"session":',
  '"subject":',
  '"subject_type":',
  `"${LOGOUT}":`,
  `"${CAEP}":`,
  '"gateway"',
  ...CLAIM_WORDS,
]
