import { hash } from 'node:crypto'
import type { TokenDigest } from '@gatehouse/protocol'

/**
 * Cache key of a token under one issuer's configuration, or under an ordered list of them. JSON makes the tuple unambiguous; the digest
 * keeps the token itself out of memory that outlives the request.
 */
export const digestToken = (configuration: string, token: string): TokenDigest =>
  hash('sha256', JSON.stringify([configuration, token]), 'base64url') as TokenDigest

/** Digest of a configuration or of a list of them: the first member of the tuple above. */
export const digestConfiguration = (value: unknown): string => hash('sha256', JSON.stringify(value), 'base64url')
