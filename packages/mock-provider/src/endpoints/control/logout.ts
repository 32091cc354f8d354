import type { Client } from '../../engine/clients.ts'
import { mint } from '../../engine/mint.ts'
import { Refusal } from '../../engine/refusal.ts'
import type { Session } from '../../engine/store.ts'
import { json, refused } from '../../http/answers.ts'
import type { Exchange } from '../../http/endpoint.ts'
import type { Answer } from '../../http/message.ts'
import type { Call, Operations } from './call.ts'

export const logout: Operations = {
  POST: {
    body: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
      description: 'either sub or sid',
      properties: {
        sub: { type: 'string', minLength: 1, description: "a user's sub" },
        sid: { type: 'string', minLength: 1, description: "a session's sid" },
      },
    },
    handle: logOut,
  },
}

/** What one client said to its logout token. */
interface Said {
  readonly client_id: string
  readonly uri: string
  /** It answered 200 or 204 (OpenID Connect Back-Channel Logout section 2.8). */
  readonly ok: boolean
  readonly status?: number
  readonly body?: string
  /** Why there is no status. */
  readonly error?: string
}

const TIMEOUT = 5000
const LONGEST_BODY = 4096

/**
 * Ends the sessions and sends a logout token to every client that has a `backchannel_logout_uri`, in a session or not: a test need not log in
 * to see how its client takes one. Answers when all have answered, or 5 seconds are over.
 */
async function logOut({ exchange, body }: Call): Promise<Answer> {
  const { sub, sid } = body as { sub?: string; sid?: string }
  const { clients, store } = exchange.tenant
  const sessions = [...store.sessions.values()].filter(session => session.sub === sub || session.sid === sid)
  const listening = [...clients.entries()].flatMap(([, client]) => {
    const uri = client.metadata.backchannel_logout_uri
    return typeof uri === 'string' ? [{ client, uri }] : []
  })
  const tokens: { client: Client; uri: string; token: string }[] = []
  for (const { client, uri } of listening) {
    const minted = mintLogoutToken(exchange, client, sub, sid, sessions)
    if (minted instanceof Refusal) return refused(minted)
    tokens.push({ client, uri, token: minted })
  }
  for (const session of sessions) store.sessions.delete(session.id)
  const said = await Promise.all(tokens.map(({ client, uri, token }) => send(exchange, client.id, uri, token)))
  return json(said)
}

/** With the `sid` of the client's own session where it has one (OpenID Connect Back-Channel Logout section 2.4). */
function mintLogoutToken(
  { tenant }: Exchange,
  client: Client,
  sub: string | undefined,
  sid: string | undefined,
  sessions: readonly Session[],
): string | Refusal {
  const session = sessions.find(({ clients }) => clients.has(client.id)) ?? sessions[0]
  const subject = sub ?? session?.sub
  const shown = sid ?? session?.sid
  const minted = mint(tenant, {
    kind: 'logout',
    client_id: client.id,
    ...(subject === undefined ? {} : { sub: subject }),
    ...(shown === undefined ? {} : { claims: { sid: shown } }),
  })
  return minted instanceof Refusal ? minted : minted.token
}

async function send({ ports }: Exchange, client_id: string, uri: string, token: string): Promise<Said> {
  if (!URL.canParse(uri)) return { client_id, uri, ok: false, error: 'backchannel_logout_uri is not an absolute URL' }
  const request = new Request(uri, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ logout_token: token }).toString(),
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT),
  })
  try {
    const response = await ports.fetch(request)
    const text = await response.text()
    const ok = response.status === 200 || response.status === 204
    return { client_id, uri, ok, status: response.status, body: text.slice(0, LONGEST_BODY) }
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError'
    return { client_id, uri, ok: false, error: isLate ? 'did not answer within 5 seconds' : 'could not be reached' }
  }
}
