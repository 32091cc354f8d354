import { readIdTokenHint } from '../../engine/id-token-hint.ts'
import { decodeJwt } from '../../engine/jwt.ts'
import { Parameters } from '../../engine/parameters.ts'
import { Refusal } from '../../engine/refusal.ts'
import type { Grant } from '../../engine/store.ts'
import { respondWithTokens } from '../../grants/respond.ts'
import { say } from '../../http/answers.ts'
import type { Answer } from '../../http/message.ts'
import type { Call } from '../preset.ts'
import { wordsOf } from '../tokens.ts'
import { tellTokens } from './answers.ts'

const GRANT_TYPE = 'http://authing.cn/oidc/grant_type/authing_token'

/** The system's own grant: an ID token for an access token, by a client that says its name and no secret. */
export function exchangeIdToken(call: Call): Answer | undefined {
  const { parameters, tenant, ports } = call
  if (parameters.get('grant_type') !== GRANT_TYPE) return undefined
  const token = parameters.get('token') ?? ''
  const client = tenant.clients.get(parameters.get('client_id') ?? '')
  const hint = readIdTokenHint(tenant, token)
  const exp = decodeJwt(token)?.claims.exp
  const isGood =
    typeof exp === 'number' && exp > tenant.clock.now() && tenant.store.findIdToken(token)?.revoked !== true
  if (client === undefined || hint?.sub === undefined || hint.clientId !== client.id || !isGood)
    return say(400, { error: 'invalid_grant', error_description: 'grant request is invalid' })
  const scope = wordsOf(parameters.get('scope'))
  const grant: Grant = {
    id: tenant.entropy.text('grant', 12),
    clientId: client.id,
    sub: hint.sub,
    scope,
    audience: [],
    sid: hint.sid,
    authTime: tenant.clock.now(),
    amr: [],
    acr: undefined,
    nonce: undefined,
    revoked: false,
  }
  const answer = respondWithTokens(
    { tenant, client, ports, parameters: new Parameters(new Map()), confirmation: undefined, audience: () => [] },
    { grant, scope, audience: [], details: [], refresh: 'first', nonce: false },
  )
  return answer instanceof Refusal
    ? say(400, { error: answer.error, error_description: answer.description })
    : say(200, tellTokens(answer))
}
