import type { Claims } from '@gatehouse/protocol'
import type { Asked } from '../ask.ts'
import type { IntrospectionConfig, IssuerConfig } from '../issuer/config.ts'
import type { KeyKeeper } from '../issuer/key-keeper.ts'
import { loadJose } from '../jose.ts'
import { isJsonObject } from '../json.ts'
import { judgeSigned, judgeUnsigned, type Verdict } from './answer.ts'
import { claimOf, readAudience, readTime } from './claims.ts'
import { classify, type Jwt } from './classify.ts'
import { findSigner, isAllowed } from './jwt.ts'

/** RFC 9701 section 4: what is asked for. */
export const SIGNED_ANSWER = 'application/token-introspection+jwt'

/** RFC 9701 section 5; RFC 7515 section 4.1.9 lets the prefix be left out and compares without case. */
const TYPES: ReadonlySet<string | undefined> = new Set(['token-introspection+jwt', SIGNED_ANSWER])

/** Seconds by which an answer may be older than its question, and clocks apart, at least. */
const SLACK = 60

export type Keys = Pick<KeyKeeper, 'find'>

/**
 * Judges a signed answer, encrypted or not (RFC 9701 section 5). Believed is only what the issuer's own keys signed, by one of its
 * algorithms, as an introspection answer, for this gateway and just now; everything else is an outage, since it says nothing about the
 * token. Does not check that the answer is about the token asked about: the standard puts no trace of it there.
 */
export async function processSignedIntrospection(
  config: IssuerConfig,
  settings: IntrospectionConfig,
  asked: Asked,
  askedAt: number,
  keys: Keys,
): Promise<Verdict> {
  const unsigned = judgeUnsigned(settings, asked)
  if (unsigned !== undefined || !asked.ok) return unsigned ?? broken('answered with nothing')
  const token = await decrypt(settings, asked.body.trim())
  if (token === undefined) return broken('answered with nothing that our key decrypts')
  const read = classify(token)
  if (read.shape !== 'jwt') return broken('answered with no signed JWT')
  const { jwt } = read
  const misfit = findMisfit(config, settings, jwt, askedAt)
  if (misfit !== undefined) return broken(misfit)
  const answer = claimOf(jwt.claims, 'token_introspection')
  if (!isJsonObject(answer)) return broken('answered without token_introspection')
  const forged = await findForgery(config, jwt, token, keys)
  return forged === undefined ? judgeSigned(settings, answer) : broken(forged)
}

/** The signed JWT in the answer; undefined where it is not encrypted to us as agreed. */
async function decrypt({ decryption }: IntrospectionConfig, body: string): Promise<string | undefined> {
  if (decryption === undefined) return body
  const { compactDecrypt, errors } = await loadJose()
  try {
    const { plaintext } = await compactDecrypt(body, decryption.key, {
      keyManagementAlgorithms: [decryption.alg],
      contentEncryptionAlgorithms: [decryption.enc],
    })
    return new TextDecoder('utf-8', { fatal: true }).decode(plaintext)
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined
    throw error
  }
}

function findMisfit(
  config: IssuerConfig,
  settings: IntrospectionConfig,
  jwt: Jwt,
  askedAt: number,
): string | undefined {
  if (!isAllowed(config, jwt.alg)) return 'signed with an algorithm that is not allowed'
  if (!TYPES.has(jwt.typ?.toLowerCase())) return 'answered with a JWT of another type'
  if (jwt.claims.iss !== config.issuer) return 'answered in the name of another issuer'
  if (!readAudience(jwt.claims).includes(settings.answerAudience ?? '')) return 'answered somebody else'
  return isTimely(jwt.claims, askedAt, Math.max(SLACK, config.clockTolerance)) ? undefined : 'answered at another time'
}

function isTimely(claims: Claims, askedAt: number, slack: number): boolean {
  const issuedAt = readTime(claims, 'iat')
  const expiry = readTime(claims, 'exp')
  if (typeof issuedAt !== 'number' || Math.abs(issuedAt - askedAt) > slack) return false
  return expiry === undefined || (typeof expiry === 'number' && askedAt < expiry + slack)
}

async function findForgery(config: IssuerConfig, jwt: Jwt, token: string, keys: Keys): Promise<string | undefined> {
  const found = await keys.find(jwt)
  if (!found.ok)
    return found.rejection.code === 'key_unknown'
      ? 'signed with an unknown key'
      : 'signed, with keys that can not be had'
  return findSigner(config, token, jwt.alg, found.value).ok ? undefined : 'signed with another key than its own'
}

const broken = (why: string): Verdict & { readonly kind: 'broken' } => ({ kind: 'broken', why })
