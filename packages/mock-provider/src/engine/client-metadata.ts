import type { JsonObject } from '@gatehouse/protocol'
import { ALGORITHM_NAMES } from './algorithms.ts'
import { CONTENT_ALGORITHMS, ENCRYPTION_ALGORITHMS, fitsEncryption } from './jwe.ts'
import { isObject, type MemberKind } from './members.ts'
import { sectorsOf } from './subjects.ts'

/** Kinds of answers that a client may have signed and encrypted. */
const KINDS = ['id_token', 'userinfo', 'introspection', 'authorization'] as const

/** What a client says of the answers it wants (OpenID Connect Registration section 2, RFC 9701 section 6, JARM section 3) and of the end of a session. */
export const ANSWER_MEMBERS: Readonly<Record<string, MemberKind>> = {
  ...Object.fromEntries(
    KINDS.flatMap((kind): [string, MemberKind][] => [
      [`${kind}_signed_response_alg`, ALGORITHM_NAMES],
      [`${kind}_encrypted_response_alg`, ENCRYPTION_ALGORITHMS],
      [`${kind}_encrypted_response_enc`, CONTENT_ALGORITHMS],
    ]),
  ),
  subject_type: ['public', 'pairwise'],
  sector_identifier_uri: 'text',
  backchannel_logout_uri: 'text',
  backchannel_logout_session_required: 'boolean',
  frontchannel_logout_uri: 'text',
  frontchannel_logout_session_required: 'boolean',
}

/** What of it can not be done, one text each: such a client is refused, and not answered in another way than it asked for. */
export function judgeAnswers(metadata: JsonObject, secret: string | undefined): readonly string[] {
  const problems: string[] = []
  for (const kind of KINDS) {
    const alg = metadata[`${kind}_signed_response_alg`]
    if (typeof alg === 'string' && alg.startsWith('HS') && secret === undefined)
      problems.push(`${kind}_signed_response_alg: ${alg} needs a client_secret (OpenID Connect Core section 10.1)`)
    problems.push(...judgeEncryption(metadata, kind))
  }
  for (const name of ['backchannel_logout_uri', 'frontchannel_logout_uri']) {
    const uri = metadata[name]
    if (typeof uri === 'string' && !isWebAddress(uri))
      problems.push(`${name}: must be an absolute http or https URI without a fragment`)
  }
  if (metadata.subject_type === 'pairwise' && sectorsOf(metadata).length > 1)
    problems.push('sector_identifier_uri: is required where the redirect_uris are of several hosts (Core section 8.1)')
  return problems
}

function judgeEncryption(metadata: JsonObject, kind: string): readonly string[] {
  const [alg, enc] = [metadata[`${kind}_encrypted_response_alg`], metadata[`${kind}_encrypted_response_enc`]]
  if (alg === undefined)
    return enc === undefined ? [] : [`${kind}_encrypted_response_enc: needs ${kind}_encrypted_response_alg`]
  const { jwks, jwks_uri } = metadata
  if (jwks === undefined && jwks_uri === undefined) return [`jwks: this or jwks_uri is required to encrypt with ${alg}`]
  const keys = isObject(jwks) && Array.isArray(jwks.keys) ? jwks.keys.filter(isObject) : []
  // What jwks_uri answers is seen when something is to be encrypted.
  return jwks === undefined || keys.some(key => fitsEncryption(key, String(alg)))
    ? []
    : [`jwks: has no key for ${kind}_encrypted_response_alg ${alg}`]
}

/** An absolute http or https URI without a fragment. */
export const isWebAddress = (uri: string): boolean =>
  /^https?:\/\/[\x21-\x7e]+$/i.test(uri) && !uri.includes('#') && URL.canParse(uri)
