import { Refusal } from '../../engine/refusal.ts'
import { json, refused } from '../../http/answers.ts'
import { sendLogoutTokens } from '../../http/back-channel-logout.ts'
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

/**
 * Ends the sessions and sends a logout token to every client that has a `backchannel_logout_uri`, in a session or not: a test need not log in
 * to see how its client takes one. The `sid` is that of the client's own session where it has one.
 */
async function logOut({ exchange, body }: Call): Promise<Answer> {
  const { sub, sid } = body as { sub?: string; sid?: string }
  const { clients, store } = exchange.tenant
  const sessions = [...store.sessions.values()].filter(session => session.sub === sub || session.sid === sid)
  const notices = Array.from(clients.entries(), ([, client]) => {
    const session = sessions.find(({ clients }) => clients.has(client.id)) ?? sessions[0]
    return { client, sub: sub ?? session?.sub, sid: sid ?? session?.sid }
  })
  const said = await sendLogoutTokens(exchange, notices)
  if (said instanceof Refusal) return refused(said)
  for (const session of sessions) store.sessions.delete(session.id)
  return json(said)
}
