import assert from 'node:assert/strict'
import { processSignedIntrospection } from '../../src/token/signed-answer.ts'
import { ISSUER, makeConfig, makeIntrospection, NOW } from '../configs.ts'
import { CLAIM_WORDS, encode, KEEPER, readObject, signed } from './scene/issuer.ts'

const settings = makeIntrospection({ accept: 'jwt', answerAudience: 'gateway' })
const config = makeConfig({ algorithms: new Set(['EdDSA']) })
const HEADER = { typ: 'token-introspection+jwt' }
const CLAIMS = { iss: ISSUER, aud: 'gateway', iat: NOW, token_introspection: { active: true, sub: 'alice' } }
const GOOD = signed(CLAIMS, HEADER)
const PARTS: Readonly<Record<string, string>> = Object.fromEntries(
  GOOD.split('.').map((part, at) => [`@${'HCS'[at]}`, part]),
)

/** The body of an answer made of parts of a good one (`@H`, `@C`, `@S`, `<…>` encoded), or header and claims that the issuer signs. */
export async function fuzz(input: Buffer): Promise<void> {
  const text = input.toString('latin1')
  const [header, claims] = text.split('\n').map(readObject)
  const isSigned = header !== undefined && claims !== undefined
  const body = isSigned ? signed(claims, header) : assemble(text)
  const asked = { ok: true, status: 200, headers: new Headers(), body } as const
  const verdict = await processSignedIntrospection(config, settings, asked, NOW, KEEPER)
  assert.notEqual(verdict.kind, 'refused')
  if (verdict.kind === 'broken') {
    assert.notEqual(verdict.why, '')
    return
  }
  if (!isSigned) {
    assert.equal(body.trim(), GOOD, 'an answer that nobody signed')
    return
  }
  assert.match(String(header.typ), /^(?:application\/)?token-introspection\+jwt$/i)
  assert.deepEqual([claims.iss, header.alg ?? 'EdDSA', header.crit], [ISSUER, 'EdDSA', undefined])
  assert.ok([claims.aud].flat().includes('gateway'), 'for somebody else')
  assert.ok(Math.abs(Number(claims.iat) - NOW) <= 60, 'of another time')
  const { active } = claims.token_introspection as { active?: unknown }
  assert.equal(active, verdict.kind === 'active')
}

const assemble = (text: string): string =>
  text.replace(/@[HCS]/g, mark => PARTS[mark] ?? '').replace(/<([^>]*)>/g, (_, inside: string) => encode(inside))

export const seeds = [
  '@H.@C.@S',
  ' @H.@C.@S\r\n',
  `${JSON.stringify(HEADER)}\n${JSON.stringify(CLAIMS)}`,
  `<{"alg":"none"}>.@C.`,
  '{"active":true}',
]
export const dictionary = [
  '@H',
  '@C',
  '@S',
  '<',
  '>',
  '.',
  '\n',
  '"token-introspection+jwt"',
  '"application/token-introspection+jwt"',
  '"token_introspection":',
  '"active":',
  '"gateway"',
  ...CLAIM_WORDS,
]
