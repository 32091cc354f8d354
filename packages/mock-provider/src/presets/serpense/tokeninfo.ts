import { userNamed } from '../../engine/dialect.ts'
import { decodeJwt, isSignedBy } from '../../engine/jwt.ts'
import { say } from '../../http/answers.ts'
import type { Endpoint, Exchange } from '../../http/endpoint.ts'
import type { Answer } from '../../http/message.ts'
import type { tokenInfo } from './claims.ts'
import { crash } from './crash.ts'

/** Asks about an ID token, in the query whatever the method, without credentials. `describe` makes what is told of a good one. */
export function createTokeninfo(describe: typeof tokenInfo): Endpoint {
  const handle = (exchange: Exchange): Answer => tell(exchange, describe)
  return { name: 'validate', cors: false, methods: { GET: handle, POST: handle } }
}

/** The token is looked up first, and only then read: one that nobody knows is not refused, it is a crash. */
function tell({ question, tenant }: Exchange, describe: typeof tokenInfo): Answer {
  const token = (new URLSearchParams(question.query).get('id_token') ?? '').trim()
  const record = tenant.store.findIdToken(token)
  const jwt = decodeJwt(token)
  if (record === undefined || record.revoked || jwt === undefined) return crash('DoesNotExist')
  const { exp, sub } = jwt.claims
  if (typeof exp === 'number' && exp < tenant.clock.now()) {
    return say(200, {
      error: 'invalid_mid_token',
      error_description: 'You MID token has been expired. It is not valid anymored',
    })
  }
  const secret = tenant.clients.get(record.clientId)?.secret
  if (!isSignedBy(jwt, kid => tenant.keys.find(kid), secret)) return crash('DecodeError')
  const owner = record.grant?.sub ?? userNamed(tenant.dialect, String(sub ?? ''))
  return say(200, describe(jwt.claims, tenant.users.get(owner), String(sub ?? '')))
}
