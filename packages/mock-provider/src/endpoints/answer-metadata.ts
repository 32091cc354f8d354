import type { JsonObject } from '@gatehouse/protocol'
import { ALGORITHM_NAMES } from '../engine/algorithms.ts'
import { CONTENT_ALGORITHMS, ENCRYPTION_ALGORITHMS } from '../engine/jwe.ts'

const sealing = (kind: string): JsonObject => ({
  [`${kind}_signing_alg_values_supported`]: ALGORITHM_NAMES,
  [`${kind}_encryption_alg_values_supported`]: ENCRYPTION_ALGORITHMS,
  [`${kind}_encryption_enc_values_supported`]: CONTENT_ALGORITHMS,
})

/** What the metadata states of subjects, of how answers are signed and encrypted, and of the end of a session. */
export const ANSWER_METADATA: JsonObject = {
  subject_types_supported: ['public', 'pairwise'],
  ...sealing('id_token'),
  ...sealing('userinfo'),
  // RFC 9701 section 7.
  ...sealing('introspection'),
  backchannel_logout_supported: true,
  backchannel_logout_session_supported: true,
  frontchannel_logout_supported: true,
  frontchannel_logout_session_supported: true,
}
