import type { TokenDigest } from '@gatehouse/protocol'
import { type Stage, tell } from './channels.ts'
import { type Extracted, judgeForm } from './credential/extract.ts'
import type { IssuerConfig } from './issuer/config.ts'
import type { Registry } from './issuer/registry.ts'
import { type Refused, refuse } from './outcome.ts'
import { classify } from './token/classify.ts'
import { judgeUnproven } from './token/jwt.ts'
import type { Refusals } from './token/refusals.ts'

export const MALFORMED: Refused = refuse({ code: 'token_malformed', cause: 'The token is not a JWT' })

export const isOpaque = (config: IssuerConfig): boolean => config.tokens === 'opaque'
export const mayBeOpaque = (config: IssuerConfig): boolean => config.tokens !== 'jwt'

/** The refusal that `authenticate` comes to as well, and is told like it, as far as it can be known without a key and without asking anybody. */
export function glance(
  credential: Extracted,
  digest: TokenDigest,
  registry: Registry,
  refusals: Refusals,
  now: number,
): Refused | undefined {
  const known = refusals.repeat(digest, credential, now)
  if (known !== undefined) return known
  const { configs } = registry
  const shape = classify(credential.value.token)
  if (shape.shape === 'opaque') {
    const judged = judgeForm(credential)
    if (!judged.ok) return told('extract', undefined, judged)
    return configs.some(mayBeOpaque) ? undefined : MALFORMED
  }
  const takesAnything = configs.some(isOpaque)
  if (shape.shape === 'malformed') {
    return takesAnything ? undefined : refuse({ code: 'token_malformed', cause: shape.cause })
  }
  const issuer = registry.resolve(shape.jwt.claims)
  if (!issuer.ok) {
    return takesAnything
      ? undefined
      : refusals.keep(digest, told('resolve', undefined, issuer), 'resolve', undefined, now)
  }
  if (isOpaque(issuer.value)) return undefined
  const { name } = issuer.value
  const facts = judgeUnproven(issuer.value, shape.jwt, now)
  return facts.ok ? undefined : refusals.keep(digest, told('verify', name, facts), 'verify', name, now)
}

function told(stage: Stage, issuer: string | undefined, refused: Refused): Refused {
  tell(stage, issuer, refused)
  return refused
}
