import assert from 'node:assert/strict'
import { processSignedIntrospection } from '../../src/token/signed-answer.ts'
import { API, ISSUER, makeConfig, makeIntrospection, NOW } from '../configs.ts'
import { CLAIM_WORDS, createForge, FORGE_WORDS, KEEPER, signed } from './scene/issuer.ts'

const settings = makeIntrospection({ accept: 'jwt', answerAudience: 'gateway' })
const config = makeConfig({ algorithms: new Set(['EdDSA']) })
const HEADER = { typ: 'token-introspection+jwt' }
const CLAIMS = { iss: ISSUER, aud: 'gateway', iat: NOW, token_introspection: { active: true, sub: 'alice' } }
const GOOD = signed(CLAIMS, HEADER)
const forge = createForge(GOOD)

/** The body of an answer made of parts of a good one, or header and claims that the issuer signs. */
export async function fuzz(input: Buffer): Promise<void> {
  const { token: body, said } = forge(input)
  const asked = { ok: true, status: 200, headers: new Headers(), body } as const
  const verdict = await processSignedIntrospection(config, settings, asked, NOW, KEEPER)
  assert.notEqual(verdict.kind, 'refused')
  if (verdict.kind === 'broken') {
    assert.notEqual(verdict.why, '')
    return
  }
  if (said === undefined) {
    assert.equal(body.trim(), GOOD, 'an answer that nobody signed')
    return
  }
  const { header, claims } = said
  assert.match(String(header.typ), /^(?:application\/)?token-introspection\+jwt$/i)
  assert.deepEqual([claims.iss, header.alg ?? 'EdDSA', header.crit], [ISSUER, 'EdDSA', undefined])
  assert.ok([claims.aud].flat().includes('gateway'), 'for somebody else')
  assert.ok(Math.abs(Number(claims.iat) - NOW) <= 60, 'of another time')
  const { active } = claims.token_introspection as { active?: unknown }
  assert.equal(active, verdict.kind === 'active')
}

export const seeds = [
  '@H.@C.@S',
  ' @H.@C.@S\r\n',
  ...[{}, { iat: NOW - 3600 }, { iss: API }, { aud: [API] }, { exp: NOW - 3600 }].map(
    over => `${JSON.stringify(HEADER)}\n${JSON.stringify({ ...CLAIMS, ...over })}`,
  ),
  `<{"alg":"none"}>.@C.`,
  '{"active":true}',
]
export const dictionary = [
  ...FORGE_WORDS,
  '"token-introspection+jwt"',
  '"application/token-introspection+jwt"',
  '"token_introspection":',
  '"active":',
  '"gateway"',
  ...CLAIM_WORDS,
]
