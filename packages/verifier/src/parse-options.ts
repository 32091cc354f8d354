import { ConfigurationError, memberPath, type Problem } from '@gatehouse/configuration'
import type { IssuerConfig } from './issuer/config.ts'
import { checkIssuers } from './issuer/parse.ts'
import type { VerifierOptions } from './options.ts'

/** Longest token in bytes that is looked at, where nothing else is written. */
const MAX_TOKEN_BYTES = 8192

export interface Parsed {
  readonly configs: readonly IssuerConfig[]
  readonly maxTokenBytes: number
  readonly publicUrl: VerifierOptions['publicUrl']
}

/** Options as the verifier works with them. Throws a ConfigurationError that lists every mistake. */
export function parseOptions({ issuers, maxTokenBytes = MAX_TOKEN_BYTES, publicUrl }: VerifierOptions): Parsed {
  const { problems, configs } = checkIssuers(issuers)
  const all: Problem[] = [...problems]
  if (!Number.isSafeInteger(maxTokenBytes) || maxTokenBytes < 1) {
    all.push({
      path: 'maxTokenBytes',
      message: 'is not a length',
      allowed: 'a whole number of bytes above 0; default 8192',
    })
  }
  if (publicUrl !== undefined && !isPublicUrl(publicUrl)) {
    all.push({
      path: 'publicUrl',
      message: 'is not an absolute URL',
      allowed: 'an http or https URL without query or fragment',
    })
  }
  if (all.length > 0) throw new ConfigurationError(all)
  return { configs, maxTokenBytes, publicUrl }
}

const isPublicUrl = (value: unknown): boolean =>
  typeof value === 'function' || (typeof value === 'string' && /^https?:[^?#]+$/.test(value) && URL.canParse(value))

export const needsPublicUrl = (path: string): Problem => ({
  path: memberPath(path, 'proof'),
  message: 'needs the public URL of the gateway, which proofs name',
  allowed: 'any, mtls, or dpop with publicUrl',
})
