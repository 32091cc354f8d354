import { hash } from 'node:crypto'
import type { TokenDigest } from '@gatehouse/protocol'

/**
 * Cache key of a token under one issuer's configuration, or under an ordered list of them. `configuration` is a digest, which has no dot:
 * the first dot ends it, whatever the token is, so that the pair is unambiguous. The digest keeps the token itself out of memory that
 * outlives the request.
 */
export const digestToken = (configuration: string, token: string): TokenDigest =>
  hash('sha256', `${configuration}.${token}`, 'base64url') as TokenDigest

/** Digest of a configuration or of a list of them: the first member of the pair above. */
export const digestConfiguration = (value: unknown): string => hash('sha256', JSON.stringify(value), 'base64url')
