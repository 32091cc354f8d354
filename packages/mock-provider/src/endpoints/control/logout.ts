import { findDefect } from '../../engine/defects.ts'
import { Refusal } from '../../engine/refusal.ts'
import { json, refused } from '../../http/answers.ts'
import { sendLogoutTokens } from '../../http/back-channel-logout.ts'
import type { Answer } from '../../http/message.ts'
import { type Call, type Operations, refuse } from './call.ts'

export const logout: Operations = {
  POST: {
    body: {
      type: 'object',
      additionalProperties: false,
      description: 'either sub or sid, and maybe a defect',
      properties: {
        sub: { type: 'string', minLength: 1, description: "a user's sub" },
        sid: { type: 'string', minLength: 1, description: "a session's sid" },
        defect: { type: 'string', description: 'the name of a defect of logout tokens' },
      },
    },
    handle: logOut,
  },
}

/**
 * Ends the sessions and sends a logout token to every client that has a `backchannel_logout_uri`, in a session or not: a test need not log in
 * to see how its client takes one, good or with a `defect`. The `sid` is that of the client's own session where it has one.
 */
async function logOut({ exchange, body }: Call): Promise<Answer> {
  const { sub, sid, defect } = body as { sub?: string; sid?: string; defect?: string }
  if ((sub === undefined) === (sid === undefined)) return refuse('either sub or sid must be given, and not both')
  const found = defect === undefined ? undefined : findDefect(defect)
  if (found instanceof Refusal) return refused(found)
  if (found !== undefined && !found.kinds.includes('logout'))
    return refuse('defect: is none that a logout token can have')
  const { clients, store } = exchange.tenant
  const sessions = [...store.sessions.values()].filter(session => session.sub === sub || session.sid === sid)
  const notices = Array.from(clients.entries(), ([, client]) => {
    const session = sessions.find(({ clients }) => clients.has(client.id)) ?? sessions[0]
    return { client, sub: sub ?? session?.sub, sid: sid ?? session?.sid, ...(defect === undefined ? {} : { defect }) }
  })
  const said = await sendLogoutTokens(exchange, notices)
  if (said instanceof Refusal) return refused(said)
  for (const session of sessions) store.sessions.delete(session.id)
  return json(said)
}
